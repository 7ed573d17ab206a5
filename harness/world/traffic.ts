/**
 * The connections of all processes: what leaves a socket travels over the fabric and arrives at a broker, and back. Requests are seen
 * on the way, at their three points, and can be lost there, or their answers.
 */
import type { Crossing, Crossings } from '../faults/anchors.ts'
import type { Knowledge } from '../faults/subject.ts'
import type { Known } from '../model/front.ts'
import type { Request } from '../model/types.ts'
import type { Connection, Direction, Segment } from '../net/connection.ts'
import { Fabric } from '../net/fabric.ts'
import { blackHole, slow } from '../net/rules.ts'
import { Socket } from '../net/sockets.ts'
import type { Point, Topology } from '../plan/plan.ts'
import type { Clock } from '../sim/clock.ts'
import type { SocketEnd, SocketEvents } from '../sim/port.ts'
import type { Proc } from '../sim/process.ts'
import type { Stream } from '../sim/random.ts'
import type { Trace } from '../sim/trace.ts'
import { type Pending, Tap, told } from './requests.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'

export interface TrafficParts {
  readonly topology: Topology
  readonly clock: Clock<Proc>
  readonly trace: Trace
  readonly crossings: Crossings
  /** Where bytes are cut. */
  readonly chunks: Stream
  readonly cluster: SimulatedCluster
  knowledge(proc: Proc): Knowledge
  /** A point of a call was reached; answers by how many milliseconds the schedule delays it. */
  reach(crossing: Crossing, point: Point, pending: Pending): number
  /** A fault that waited for its answer had something to lose, or not. */
  settle(fault: number, struck: boolean, detail: string): void
}

interface Link {
  readonly proc: Proc
  readonly socket: Socket
  readonly tap: Tap
  readonly connection: Connection
  /** What the next request to arrive says: it was read when it left. */
  readonly arriving: Known
}

export class Traffic {
  readonly fabric: Fabric
  private readonly parts: TrafficParts
  private readonly links = new Map<number, Link>()

  constructor(parts: TrafficParts) {
    this.parts = parts
    this.fabric = new Fabric(
      { carry: (connection, direction, segment, extraMs) => this.carry(connection, direction, segment, extraMs) },
      {
        arrived: (connection, direction, segment) => {
          if (direction === 'up') this.atBroker(connection, segment)
          else this.atClient(connection, segment)
        },
      },
    )
  }

  connect(from: Proc, host: string, port: number, to: SocketEvents): SocketEnd {
    const { clock, cluster, topology, crossings } = this.parts
    const server = `${host}:${port}`
    if (cluster.brokerAt(server) === null) {
      clock.schedule(clock.nowMs + topology.latencyMs, from, 'no-host', () => to.error('ENOTFOUND'))
      return NOWHERE
    }
    if (from.sealed) return NOWHERE
    const connection = this.fabric.open(from.name, server)
    const tap = new Tap(from, connection.id, crossings, this.parts.knowledge(from))
    const socket = new Socket(from, connection, to, this.fabric, {
      leave: (_socket, bytes) => this.leave(link, bytes),
      finish: () =>
        clock.schedule(clock.nowMs, null, 'leave', () => {
          if (!from.dead) this.fabric.send(connection, 'up', { kind: 'fin' })
        }),
    })
    const link: Link = { proc: from, socket, tap, connection, arriving: () => tap.arriving() }
    this.links.set(connection.id, link)
    // The SYN was sent before the link was known; it arrives later, so nothing was missed.
    return socket
  }

  /** The kernel closes what a dead process had open. */
  bury(proc: Proc): void {
    for (const [id, link] of this.links) {
      if (link.proc !== proc) continue
      link.connection.down.deaf = true
      this.fabric.send(link.connection, 'up', { kind: 'fin' })
      if (link.connection.up.deaf) this.links.delete(id)
    }
  }

  /** Dead processes with a connection whose end was never sent: there must be none. */
  openOfTheDead(): readonly string[] {
    const open = [...this.links.values()].filter(({ proc, connection: { up } }) => proc.dead && !up.closed && !up.deaf)
    return open.map(({ proc }) => proc.name)
  }

  /** The broker closes a connection. */
  close(connection: number, how: 'fin' | 'rst'): void {
    const link = this.links.get(connection)
    if (link !== undefined) this.fabric.send(link.connection, 'down', { kind: how })
  }

  /** The broker has taken up a request and carried it out. */
  taken(request: Request): void {
    const pending = this.links.get(request.connection)?.tap.pending(request.correlationId)
    if (pending === undefined || pending.applied) return
    pending.applied = true
    pending.answerDelayMs = this.parts.reach(pending.crossing, 'applied', pending)
  }

  /** The broker answers; whether that answer was to be lost was said before. */
  answer(request: Request, bytes: Uint8Array): void {
    const link = this.links.get(request.connection)
    if (link === undefined) return
    const pending = link.tap.pending(request.correlationId)
    let extraMs = pending?.answerDelayMs ?? 0
    const isOpen = !link.connection.down.closed && !link.connection.down.deaf
    let answer = bytes
    for (const fate of pending?.fates ?? []) {
      this.parts.settle(fate.index, isOpen, told(fate, pending!.crossing.process))
      if (fate.is === 'late') extraMs += fate.lateMs
      if (fate.is === 'error') answer = this.parts.cluster.errorAnswer(request, fate.error)
    }
    const end = pending?.fates.find((fate) => fate.is === 'lost' || fate.is === 'cut')
    if (pending !== undefined && end !== undefined) {
      link.tap.forget(pending)
      if (end.is === 'cut') {
        const some = answer.subarray(0, Math.min(end.bytes, answer.length - 1))
        this.fabric.send(link.connection, 'down', { kind: 'data', bytes: some }, extraMs)
      }
      this.fabric.cut(link.connection, end.how)
      return
    }
    this.fabric.send(link.connection, 'down', { kind: 'data', bytes: answer }, extraMs)
    if (pending === undefined) return
    if (isOpen) link.tap.left(pending, link.connection.down.sent)
    else link.tap.forget(pending)
  }

  /** The connection of a request ends before its bytes leave. */
  lose(pending: Pending, how: 'fin' | 'rst'): void {
    const link = this.links.get(pending.connection)
    if (link === undefined) return
    link.tap.forget(pending)
    this.fabric.cut(link.connection, how)
  }

  /** All links of a process are slower from now on; the answer makes them as they were. */
  slow(process: string, latencyMs: number): () => void {
    return this.fabric.rules.add(slow(process, latencyMs))
  }

  /** Nothing gets through between a process and a broker, or any (null), until the answer is called, which must be after `ms`. */
  hole(process: string, broker: number | null, way: 'both' | Direction, ms: number): () => void {
    const { clock, cluster } = this.parts
    const untilMs = clock.nowMs + ms
    const server = broker === null ? null : cluster.addressOf(broker)
    return this.fabric.rules.addFirst(blackHole({ client: process, server, way }, () => untilMs - clock.nowMs))
  }

  /** Whether this process has a connection that it has not closed. */
  isConnected(proc: Proc): boolean {
    for (const link of this.links.values()) if (link.proc === proc && !link.connection.up.closed) return true
    return false
  }

  /** The point `before` of the requests that these bytes complete, then the bytes leave. */
  private leave(link: Link, bytes: Uint8Array): void {
    const { clock, trace, reach } = this.parts
    trace.bytes('out', link.connection.id, bytes)
    const requests = link.tap.feed(bytes)
    clock.schedule(clock.nowMs, null, 'leave', () => {
      let extraMs = 0
      for (const request of requests) {
        if (link.proc.dead) return
        extraMs += reach(request.crossing, 'before', request)
      }
      if (!link.proc.dead) this.fabric.send(link.connection, 'up', { kind: 'data', bytes }, extraMs)
    })
  }

  private carry(connection: Connection, direction: Direction, segment: Segment, extraMs: number): void {
    const { clock, topology } = this.parts
    const way = connection[direction]
    const owner = direction === 'down' ? (this.links.get(connection.id)?.proc ?? null) : null
    const atMs = Math.max(clock.nowMs + topology.latencyMs + extraMs, way.notBeforeMs)
    way.notBeforeMs = atMs
    for (const piece of this.pieces(segment)) {
      clock.schedule(atMs, owner, 'arrive', () => this.fabric.arrive(connection, direction, piece))
    }
  }

  /** Bytes may arrive in chunks cut anywhere. */
  private pieces(segment: Segment): readonly Segment[] {
    const { topology, chunks } = this.parts
    if (segment.kind !== 'data' || topology.chunks === 'whole' || segment.bytes.length < 2) return [segment]
    const cut = 1 + chunks.int(segment.bytes.length - 1)
    return [
      { kind: 'data', bytes: segment.bytes.subarray(0, cut) },
      { kind: 'data', bytes: segment.bytes.subarray(cut) },
    ]
  }

  private atBroker(connection: Connection, segment: Segment): void {
    const { cluster } = this.parts
    switch (segment.kind) {
      case 'syn': {
        const broker = cluster.brokerAt(connection.server)
        if (broker === null || !cluster.isUp(broker)) {
          this.fabric.send(connection, 'down', { kind: 'refuse' })
          return
        }
        cluster.open(connection.id, broker, connection.client)
        this.fabric.send(connection, 'down', { kind: 'accept' })
        return
      }
      case 'data':
        cluster.feed(connection.id, segment.bytes, this.links.get(connection.id)?.arriving)
        return
      default:
        cluster.closed(connection.id)
        if (segment.kind === 'fin') this.fabric.send(connection, 'down', { kind: 'fin' })
    }
  }

  private atClient(connection: Connection, segment: Segment): void {
    const { clock, trace, reach } = this.parts
    const link = this.links.get(connection.id)
    if (link === undefined) return
    if (segment.kind === 'data') {
      trace.bytes('in', connection.id, segment.bytes)
      for (const request of link.tap.complete(connection.down.arrived)) {
        clock.schedule(clock.nowMs, null, 'answered', () => {
          if (!link.proc.sealed) reach(request.crossing, 'answered', request)
        })
      }
    }
    link.socket.arrived(segment)
  }
}

const NOWHERE: SocketEnd = { write() {}, end() {}, destroy() {}, pause() {}, resume() {} }
