/**
 * Moves segments along connections. It has no clock and makes no choice: rules give verdicts, and `carry` (which has the clock) is
 * told what is to arrive and by how much later than the usual latency.
 */
import { type Connection, connection, type Direction, opposite, type Segment } from './connection.ts'
import { Rules } from './rules.ts'

export interface Carrier {
  /** Schedules the arrival; calls `Fabric.arrive` when it is due. */
  carry(connection: Connection, direction: Direction, segment: Segment, extraMs: number): void
}

/** Who gets what arrives. */
export interface Receiver {
  arrived(connection: Connection, direction: Direction, segment: Segment): void
}

export class Fabric {
  readonly rules = new Rules()
  readonly connections = new Map<number, Connection>()
  private readonly carrier: Carrier
  private readonly receiver: Receiver
  private nextId = 1

  constructor(carrier: Carrier, receiver: Receiver) {
    this.carrier = carrier
    this.receiver = receiver
  }

  open(client: string, server: string): Connection {
    const made = connection(this.nextId++, client, server)
    this.connections.set(made.id, made)
    this.send(made, 'up', { kind: 'syn' })
    return made
  }

  /** `extraMs`: how much later than usual it is to arrive. */
  send(on: Connection, direction: Direction, segment: Segment, extraMs = 0): void {
    const way = on[direction]
    if (way.closed) return
    const verdict = this.rules.judge(segment, on, direction)
    switch (verdict.is) {
      case 'drop':
        way.closed = true
        return
      case 'cut':
        this.cut(on, 'fin')
        return
      case 'reset':
        this.cut(on, 'rst')
        return
      case 'pass':
      case 'delay':
        if (segment.kind === 'data') way.sent += segment.bytes.length
        if (segment.kind === 'fin' || segment.kind === 'rst' || segment.kind === 'refuse') way.closed = true
        // Who sends RST is gone: nothing that is on its way to it is received any more.
        if (segment.kind === 'rst') on[opposite(direction)].deaf = true
        this.carrier.carry(on, direction, segment, extraMs + (verdict.is === 'delay' ? verdict.ms : 0))
    }
  }

  /** A middlebox or a dying host ends the connection towards both sides. */
  cut(on: Connection, how: 'fin' | 'rst'): void {
    for (const direction of ['up', 'down'] as const) {
      const way = on[direction]
      if (way.closed && how === 'fin') continue
      way.closed = true
      this.carrier.carry(on, direction, { kind: how }, 0)
    }
  }

  /** To be called by the carrier when a segment is due. */
  arrive(on: Connection, direction: Direction, segment: Segment): void {
    const way = on[direction]
    if (way.deaf) return
    if (segment.kind === 'data') way.arrived += segment.bytes.length
    if (segment.kind === 'accept') on.established = true
    if (segment.kind === 'fin' || segment.kind === 'rst' || segment.kind === 'refuse') way.deaf = true
    if (segment.kind === 'rst' || segment.kind === 'refuse') on[opposite(direction)].closed = true
    if (on.up.deaf && on.down.deaf) this.connections.delete(on.id)
    this.receiver.arrived(on, direction, segment)
  }
}
