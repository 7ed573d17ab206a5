/**
 * The client's side of connections inside a simulated process: what `port.connect` answers. Bytes written are held until an event of
 * their own, in which they leave the host; that event is the point `before` of the requests they complete.
 */
import type { SocketEnd, SocketEvents } from '../sim/port.ts'
import type { Proc } from '../sim/process.ts'
import type { Connection, Segment } from './connection.ts'
import type { Fabric } from './fabric.ts'

export interface Departures {
  /** Schedules the event in which these bytes leave the host. */
  leave(socket: Socket, bytes: Uint8Array): void
  /** Schedules the FIN after whatever was written before it. */
  finish(socket: Socket): void
}

export class Socket implements SocketEnd {
  readonly owner: Proc
  readonly connection: Connection
  private readonly to: SocketEvents
  private readonly fabric: Fabric
  private readonly departures: Departures
  private done = false
  private stopped = false
  private readonly waiting: Segment[] = []

  constructor(owner: Proc, connection: Connection, to: SocketEvents, fabric: Fabric, departures: Departures) {
    this.owner = owner
    this.connection = connection
    this.to = to
    this.fabric = fabric
    this.departures = departures
  }

  write(bytes: Uint8Array): void {
    if (this.owner.sealed || this.done || this.connection.up.closed) return
    this.owner.acts++
    // A copy: the bytes leave later, and a client may reuse its buffer.
    this.departures.leave(this, Buffer.from(bytes))
  }

  end(): void {
    if (this.owner.sealed || this.done) return
    this.departures.finish(this)
  }

  destroy(): void {
    if (this.owner.sealed || this.done) return
    this.done = true
    this.connection.down.deaf = true
    this.fabric.send(this.connection, 'up', { kind: 'fin' })
  }

  pause(): void {
    this.stopped = true
  }

  resume(): void {
    this.stopped = false
    for (const segment of this.waiting.splice(0)) this.arrived(segment)
  }

  /** In an event of the owner. */
  arrived(segment: Segment): void {
    if (this.done) return
    if (this.stopped && segment.kind !== 'accept') {
      this.waiting.push(segment)
      return
    }
    this.owner.acts++
    switch (segment.kind) {
      case 'accept':
        this.to.connect(
          { host: this.connection.client, port: 40_000 + this.connection.id },
          address(this.connection.server),
        )
        return
      case 'data':
        this.to.data(segment.bytes)
        return
      case 'fin':
        this.to.end()
        return
      case 'refuse':
      case 'rst':
        this.done = true
        this.to.error(segment.kind === 'refuse' ? 'ECONNREFUSED' : 'ECONNRESET')
        return
      case 'syn':
        throw new Error('a client received a SYN')
    }
  }
}

function address(hostAndPort: string): { host: string; port: number } {
  const colon = hostAndPort.lastIndexOf(':')
  return { host: hostAndPort.slice(0, colon), port: Number(hostAndPort.slice(colon + 1)) }
}
