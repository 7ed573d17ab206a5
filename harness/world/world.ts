/**
 * (plan) → clock, net, cluster, processes, recorder: the only place that wires them together, and the levers that faults pull.
 */

import { type Effect, EffectStore } from '../clients/effect-store.ts'
import type { EffectsPort } from '../clients/effects-port.ts'
import { failureOf } from '../clients/failure.ts'
import { type Crossing, Crossings } from '../faults/anchors.ts'
import { Injector } from '../faults/injector.ts'
import type { Knowledge } from '../faults/subject.ts'
import type { ClusterEvent, Failure } from '../history/op.ts'
import { Recording } from '../history/recorder.ts'
import type { Request } from '../model/types.ts'
import type { Connection, Direction, Segment } from '../net/connection.ts'
import { Fabric } from '../net/fabric.ts'
import { slow } from '../net/rules.ts'
import { Socket } from '../net/sockets.ts'
import type { Plan, Point, ProcessSpec, Role } from '../plan/plan.ts'
import { Clock } from '../sim/clock.ts'
import { Escapes } from '../sim/escapes.ts'
import { Loop } from '../sim/loop.ts'
import type { SocketEnd, SocketEvents } from '../sim/port.ts'
import { Proc } from '../sim/process.ts'
import { type Stream, stream } from '../sim/random.ts'
import { Trace } from '../sim/trace.ts'
import { simulated } from '../sim/virtual/tripwires.ts'
import { refuseBeyond } from './capable.ts'
import { Consumers } from './consumers.ts'
import { Identities } from './identities.ts'
import { recordIdentities } from './identity.ts'
import { type Pending, Tap } from './requests.ts'
import { MODEL_CAPABILITIES, SimulatedCluster } from './simulated-cluster.ts'
import { type Levers, strike } from './strikes.ts'
import { Supervisor } from './supervisor.ts'
import { Workload } from './workload.ts'

/** How the world starts the code of a process; `stage.ts` does it with the loader, a test may do without. */
export interface Stage {
  /** Starts a life of the process: schedules nothing, is called in an event of the process. */
  enter(spec: ProcessSpec, proc: Proc, world: World): void
}

export interface WorldOptions {
  readonly keepTrace: boolean
  readonly idleRule: boolean
  readonly stage: Stage
  /** Called after every event. */
  onEvent?(): void
}

export interface Membership {
  readonly group: string
  readonly generation: number
  readonly member: string
}

interface Link {
  readonly proc: Proc
  readonly socket: Socket
  readonly tap: Tap
  readonly connection: Connection
}

/** Ends a run early, not by anything the plan says. */
export type Ending =
  | { readonly by: 'entry'; readonly process: string; readonly says: string }
  | { readonly by: 'harness'; readonly says: string }

/** How long an application's call of `effects` takes each way, in virtual milliseconds. */
const EFFECT_LATENCY_MS = 1

export class World {
  readonly plan: Plan
  readonly clock = new Clock<Proc>()
  readonly trace: Trace
  readonly escapes = new Escapes()
  readonly history: Recording
  readonly loop: Loop
  readonly crossings = new Crossings()
  readonly injector: Injector
  readonly cluster: SimulatedCluster
  readonly supervisor: Supervisor
  readonly workload: Workload
  readonly identities = new Identities()
  readonly consumers = new Consumers()
  /** The team's database. */
  readonly store = new EffectStore()
  /** What was struck and what had nothing to strike, by index of the fault. */
  readonly struck = new Map<number, string>()
  readonly missed = new Map<number, string>()
  /** Set when the run cannot go on. */
  ending: Ending | undefined
  /** Things that will end by themselves: brokers that are down, links that are slow. */
  repairs = 0
  /** Virtual time of the last call that was about work rather than about being alive. */
  busyMs = 0
  /** By `process/topic/partition`: the offset that a live process last asked to fetch from. */
  readonly positions = new Map<string, number>()
  /** By `process/group`: as whom a living process last spoke to its group, until it leaves. */
  readonly memberships = new Map<string, Membership>()

  private readonly refusals: { readonly process: string; readonly called: ReadonlySet<string> }[] = []
  private readonly fabric: Fabric
  private readonly links = new Map<number, Link>()
  private readonly options: WorldOptions
  private readonly chunks: Stream
  private readonly mends = new Set<() => void>()
  private nextProc = 0

  constructor(plan: Plan, options: WorldOptions) {
    refuseBeyond(plan, MODEL_CAPABILITIES)
    this.plan = plan
    this.options = options
    this.trace = new Trace(options.keepTrace)
    this.history = new Recording(this.clock, this.trace)
    this.history.onOp = (op) => this.consumers.see(op)
    this.loop = new Loop(this.clock, this.trace, this.escapes, plan.limits)
    this.loop.afterEvent = () => options.onEvent?.()
    this.loop.onOwnFault = (kind, error) => {
      const { name, message } = failureOf(error)
      this.ending ??= { by: 'harness', says: `an ${kind} of the harness itself: ${name}: ${message}` }
    }
    this.escapes.onDeliver = (owner) => {
      this.loop.running = owner
      simulated.running = true
    }
    this.injector = new Injector(plan.faults, plan.delays)
    this.chunks = stream(plan.seed, 'net/chunks')
    this.fabric = new Fabric(
      { carry: (connection, direction, segment, extraMs) => this.carry(connection, direction, segment, extraMs) },
      { arrived: (connection, direction, segment) => this.arrived(connection, direction, segment) },
    )
    const draws = stream(plan.seed, 'cluster')
    this.cluster = new SimulatedCluster(
      plan.topology,
      { int: (_name, below) => draws.int(below), bytes: (_name, length) => draws.bytes(length) },
      this.clock,
      {
        note: (event) => this.note(event),
        taken: (request) => this.taken(request),
        answer: (request, bytes) => this.answer(request, bytes),
        close: (connection, how) => {
          const link = this.links.get(connection)
          if (link !== undefined) this.fabric.send(link.connection, 'down', { kind: how })
        },
        broken: (violations) => {
          this.ending ??= { by: 'harness', says: `the model broke its own invariants: ${violations.join('; ')}` }
        },
      },
    )
    this.cluster.prepare(plan.topology.topics)
    this.supervisor = new Supervisor(plan.processes, this.clock, {
      spawn: (spec, incarnation) => this.spawn(spec, incarnation),
      bury: (proc) => this.bury(proc),
    })
    this.workload = new Workload(plan.workload, this.clock, {
      partitionOf: (item, topic, index) => this.cluster.partitionFor(topic, item.key, index),
      write: (item, topic, partition) => this.write(item.id, item.key, item.value, topic, partition),
    })
    this.supervisor.startAll()
  }

  /** `host:port` of every broker. */
  get bootstrap(): readonly string[] {
    return [...this.cluster.state.brokers.values()].map((broker) => `${broker.host}:${broker.port}`)
  }

  /** What this life of a process calls that is not simulated goes into `called`. */
  watchRefusals(process: string, called: ReadonlySet<string>): void {
    this.refusals.push({ process, called })
  }

  /** `process: call`, each once. */
  get refused(): readonly string[] {
    return [
      ...new Set(this.refusals.flatMap(({ process, called }) => [...called].map((what) => `${process}: ${what}`))),
    ]
  }

  /** Seals every process: nothing of this run reaches anything any more. */
  close(): void {
    for (const proc of this.supervisor.alive) {
      proc.seal()
      this.bury(proc)
    }
  }

  /** Everything that the harness broke is whole again, and no fault strikes any more. */
  heal(): void {
    for (const { index, fault } of this.injector.disarm()) {
      this.missed.set(index, 'its anchor was never reached')
      this.tell(index, fault.kind, 'missed', 'its anchor was never reached')
    }
    for (const mend of [...this.mends]) mend()
    this.supervisor.resumeAll()
  }

  private spawn(spec: ProcessSpec, incarnation: number): Proc {
    const env = {
      NODE_ENV: 'production',
      TZ: 'UTC',
      HOSTNAME: spec.name,
      // For a service that makes its own client.
      KAFKA_BROKERS: this.bootstrap.join(','),
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
    }
    const proc = new Proc(
      {
        seed: this.plan.seed,
        clock: this.clock,
        trace: this.trace,
        escapes: this.escapes,
        history: this.history,
        idleRule: this.options.idleRule,
        connect: (from, host, port, to) => this.connect(from, host, port, to),
        ended: (process, how) => this.ended(process, how),
      },
      this.nextProc++,
      spec.name,
      incarnation,
      env,
    )
    proc.recorder.note('harness', { what: 'process', is: 'started' })
    this.busyMs = this.clock.nowMs
    this.clock.schedule(this.clock.nowMs, proc, 'enter', () => this.options.stage.enter(spec, proc, this))
    return proc
  }

  /** The kernel closes what a dead process had open. */
  private bury(proc: Proc): void {
    this.busyMs = this.clock.nowMs
    this.workload.detach(proc)
    for (const [id, link] of this.links) {
      if (link.proc !== proc) continue
      link.connection.down.deaf = true
      this.fabric.send(link.connection, 'up', { kind: 'fin' })
      if (link.connection.up.deaf) this.links.delete(id)
    }
    for (const [key] of this.positions) if (key.startsWith(`${proc.name}/`)) this.positions.delete(key)
    for (const [key] of this.memberships) if (key.startsWith(`${proc.name}/`)) this.memberships.delete(key)
  }

  private ended(proc: Proc, how: { code: number } | { kind: 'exception' | 'rejection'; error: unknown }): void {
    if ('code' in how) this.supervisor.ended(proc, 'exited', `with code ${how.code}`)
    else {
      const failure = failureOf(how.error)
      if (failure.name === REFUSED) this.end(proc, failure.message)
      this.crashed(proc, how.kind === 'rejection' ? 'an unhandled rejection' : 'an uncaught exception', failure)
    }
  }

  private crashed(proc: Proc, why: string, error: Failure): void {
    this.supervisor.ended(proc, 'crashed', why, error)
  }

  /**
   * The entry module threw, or its start() rejected. Before any fault struck that is the entry's own defect, and no finding; after it the
   * process has crashed as it would in production.
   */
  failedToStart(proc: Proc, during: string, error: unknown): void {
    const failure = failureOf(error)
    if (this.struck.size === 0 || failure.name === REFUSED)
      this.end(proc, `${during}: ${failure.name}: ${failure.message}`)
    this.crashed(proc, during, failure)
  }

  private end(proc: Proc, says: string): void {
    this.ending ??= { by: 'entry', process: proc.name, says }
  }

  private connect(from: Proc, host: string, port: number, to: SocketEvents): SocketEnd {
    const server = `${host}:${port}`
    if (this.cluster.brokerAt(server) === null) {
      this.clock.schedule(this.clock.nowMs + this.plan.topology.latencyMs, from, 'no-host', () => to.error('ENOTFOUND'))
      return NOWHERE
    }
    if (from.sealed) return NOWHERE
    const connection = this.fabric.open(from.name, server)
    const tap = new Tap(from, connection.id, this.crossings, this.knowledge(from))
    const socket = new Socket(from, connection, to, this.fabric, {
      leave: (_socket, bytes) => this.leave(link, bytes),
      finish: () =>
        this.clock.schedule(this.clock.nowMs, null, 'leave', () => {
          if (!from.sealed) this.fabric.send(connection, 'up', { kind: 'fin' })
        }),
    })
    const link: Link = { proc: from, socket, tap, connection }
    this.links.set(connection.id, link)
    // The SYN was sent before the link was known; it arrives later, so nothing was missed.
    return socket
  }

  /** The point `before` of the requests that these bytes complete, then the bytes leave. */
  private leave(link: Link, bytes: Uint8Array): void {
    this.trace.bytes('out', link.connection.id, bytes)
    const requests = link.tap.feed(bytes)
    this.clock.schedule(this.clock.nowMs, null, 'leave', () => {
      let extraMs = 0
      for (const request of requests) {
        if (link.proc.sealed) return
        extraMs += this.reach(request.crossing, 'before', request)
      }
      if (!link.proc.sealed) this.fabric.send(link.connection, 'up', { kind: 'data', bytes }, extraMs)
    })
  }

  private carry(connection: Connection, direction: Direction, segment: Segment, extraMs: number): void {
    const way = connection[direction]
    const owner = direction === 'down' ? (this.links.get(connection.id)?.proc ?? null) : null
    const atMs = Math.max(this.clock.nowMs + this.plan.topology.latencyMs + extraMs, way.notBeforeMs)
    way.notBeforeMs = atMs
    for (const piece of this.pieces(segment)) {
      this.clock.schedule(atMs, owner, 'arrive', () => this.fabric.arrive(connection, direction, piece))
    }
  }

  /** Bytes may arrive in chunks cut anywhere. */
  private pieces(segment: Segment): readonly Segment[] {
    if (segment.kind !== 'data' || this.plan.topology.chunks === 'whole' || segment.bytes.length < 2) return [segment]
    const cut = 1 + this.chunks.int(segment.bytes.length - 1)
    return [
      { kind: 'data', bytes: segment.bytes.subarray(0, cut) },
      { kind: 'data', bytes: segment.bytes.subarray(cut) },
    ]
  }

  private arrived(connection: Connection, direction: Direction, segment: Segment): void {
    if (direction === 'up') this.atBroker(connection, segment)
    else this.atClient(connection, segment)
  }

  private atBroker(connection: Connection, segment: Segment): void {
    switch (segment.kind) {
      case 'syn': {
        const broker = this.cluster.brokerAt(connection.server)
        if (broker === null || !this.cluster.isUp(broker)) {
          this.fabric.send(connection, 'down', { kind: 'refuse' })
          return
        }
        this.cluster.open(connection.id, broker, connection.client)
        this.fabric.send(connection, 'down', { kind: 'accept' })
        return
      }
      case 'data':
        this.cluster.feed(connection.id, segment.bytes)
        return
      default:
        this.cluster.closed(connection.id)
        if (segment.kind === 'fin') this.fabric.send(connection, 'down', { kind: 'fin' })
    }
  }

  private atClient(connection: Connection, segment: Segment): void {
    const link = this.links.get(connection.id)
    if (link === undefined) return
    if (segment.kind === 'data') {
      this.trace.bytes('in', connection.id, segment.bytes)
      for (const request of link.tap.complete(connection.down.arrived)) {
        this.clock.schedule(this.clock.nowMs, null, 'answered', () => {
          if (!link.proc.sealed) this.reach(request.crossing, 'answered', request)
        })
      }
    }
    link.socket.arrived(segment)
  }

  private taken(request: Request): void {
    const link = this.links.get(request.connection)
    const pending = link?.tap.pending(request.correlationId)
    if (pending === undefined || pending.applied) return
    pending.applied = true
    pending.answerDelayMs = this.reach(pending.crossing, 'applied', pending)
  }

  private answer(request: Request, bytes: Uint8Array): void {
    const link = this.links.get(request.connection)
    if (link === undefined) return
    const pending = link.tap.pending(request.correlationId)
    let extraMs = pending?.answerDelayMs ?? 0
    const lost = pending?.lost
    if (pending !== undefined && lost !== undefined) {
      const open = !link.connection.down.closed && !link.connection.down.deaf
      this.settle(lost.index, open, `the answer to ${pending.crossing.process} was lost (${lost.how.toUpperCase()})`)
      if (lost.how !== 'late') {
        link.tap.forget(pending)
        this.fabric.cut(link.connection, lost.how)
        return
      }
      extraMs += lost.lateMs
    }
    this.fabric.send(link.connection, 'down', { kind: 'data', bytes }, extraMs)
    if (pending !== undefined) link.tap.left(pending, link.connection.down.sent)
  }

  /** A point of a call was reached: strikes what is due there; answers by how much the schedule delays it. */
  reach(crossing: Crossing, point: Point, pending?: Pending): number {
    crossing.reachedMs[point] = this.clock.nowMs
    if (isWork(crossing)) this.busyMs = this.clock.nowMs
    for (const { index, fault } of this.injector.reach(crossing, point)) {
      this.injector.struckAt.set(index, crossing)
      const result = strike(index, fault, pending, this.levers)
      if (result.is !== 'pending') this.settle(index, result.is === 'struck', result.detail)
    }
    return this.injector.delayMs(crossing, point)
  }

  private settle(index: number, struck: boolean, detail: string): void {
    const kind = this.plan.faults[index]!.kind
    if (struck) this.struck.set(index, detail)
    else this.missed.set(index, detail)
    this.tell(index, kind, struck ? 'struck' : 'missed', detail)
  }

  private tell(index: number, kind: string, is: 'struck' | 'missed' | 'lifted', detail: string): void {
    this.history.append('', 0, 'harness', 'ok', { what: 'fault', fault: index, kind, is, detail })
  }

  private note(event: ClusterEvent): void {
    this.identities.see(event)
    // An offset of the old log says nothing about the new one.
    if (event.what === 'cluster-reset' || event.what === 'topic') this.positions.clear()
    this.history.append('', 0, 'cluster', 'ok', event)
  }

  private write(
    id: string,
    key: string | null,
    value: Plan['workload'][number]['value'],
    topic: string,
    partition: number,
  ): string | undefined {
    const { error, baseOffset } = this.cluster.write(id, key, value, topic, partition)
    if (error !== undefined) return error
    this.history.append('', 0, 'harness', 'ok', {
      what: 'written',
      topic,
      partition,
      offset: String(baseOffset),
      message: id,
    })
    this.busyMs = this.clock.nowMs
    return undefined
  }

  /** What a process' calls of its team's store go through: each has three points, and the store outlives every process. */
  effectsOf(proc: Proc): EffectsPort {
    return {
      call: (verb, args, messages, done) => {
        if (proc.sealed) return
        const crossing = this.crossings.begin(proc.name, proc.incarnation, { effect: verb }, { messages })
        this.clock.schedule(this.clock.nowMs, null, 'effect', () => {
          if (proc.sealed) return
          const delayMs = this.reach(crossing, 'before')
          // On its way: what becomes of the process now changes nothing about the call any more.
          if (proc.sealed) return
          this.clock.schedule(this.clock.nowMs + EFFECT_LATENCY_MS + delayMs, null, 'effect', () => {
            const outcome = this.store.apply(verb, args, messages)
            if (outcome.is === 'done') for (const effect of outcome.effects) this.applied(proc, effect)
            const lateMs = this.reach(crossing, 'applied')
            this.clock.schedule(this.clock.nowMs + EFFECT_LATENCY_MS + lateMs, proc, 'effect', () => {
              this.clock.schedule(this.clock.nowMs, null, 'answered', () => {
                if (!proc.sealed) this.reach(crossing, 'answered')
              })
              if (outcome.is === 'done') done(null, outcome.result)
              else done(outcome.error, undefined)
            })
          })
        })
      },
    }
  }

  private applied(proc: Proc, { verb, key, messages, effect }: Effect): void {
    this.history.append(proc.name, proc.incarnation, 'application', 'ok', {
      what: 'applied',
      verb,
      key,
      messages,
      effect,
    })
  }

  private readonly levers: Levers = {
    kill: (process, why) => this.supervisor.kill(process, why),
    pause: (process, ms) => this.supervisor.pause(process, ms),
    loseRequest: (pending, how) => {
      const link = this.links.get(pending.connection)
      if (link === undefined) return
      link.tap.forget(pending)
      this.fabric.cut(link.connection, how)
    },
    loseAnswer: (index, pending, how, lateMs) => {
      pending.lost = { index, how, lateMs }
    },
    brokerOf: (role: Role) => this.cluster.brokerOf(role),
    otherBroker: (than) => this.cluster.otherBroker(than),
    moveLeader: (role, to) => this.cluster.moveLeader(role, to),
    restartBroker: (broker, downMs) => {
      if (!this.cluster.isUp(broker)) return false
      this.cluster.order({ do: 'broker-down', broker })
      this.mendLater(downMs, () => this.cluster.order({ do: 'broker-up', broker }))
      return true
    },
    resetCluster: () => {
      this.cluster.order({ do: 'reset-cluster' })
    },
    slowLink: (process, latencyMs, ms) => {
      this.mendLater(ms, this.fabric.rules.add(slow(process, latencyMs)))
    },
  }

  private mendLater(afterMs: number, mend: () => void): void {
    this.repairs++
    const once = (): void => {
      if (!this.mends.delete(once)) return
      this.repairs--
      mend()
    }
    this.mends.add(once)
    this.clock.schedule(this.clock.nowMs + afterMs, null, 'mend', once)
  }

  private knowledge(proc: Proc): Knowledge {
    return {
      identities: recordIdentities,
      messageBefore: (topic, partition, offset) => {
        return this.identities.messageBefore(topic, partition, offset)
      },
      asked: (topic, partition, offset) => this.positions.set(`${proc.name}/${topic}/${partition}`, Number(offset)),
      generation: (group) => this.memberships.get(`${proc.name}/${group}`)?.generation ?? 0,
      left: (group) => this.memberships.delete(`${proc.name}/${group}`),
      used: (group, generation, member) => {
        this.memberships.set(`${proc.name}/${group}`, { group, generation, member })
      },
    }
  }
}

/** The error of the virtual environment for what is not simulated: the run means nothing then. */
const REFUSED = 'Refused'

const NOWHERE: SocketEnd = { write() {}, end() {}, destroy() {}, pause() {}, resume() {} }

/** Calls by which a client only stays alive or waits. */
const IDLE_APIS = new Set(['Fetch', 'Heartbeat', 'Metadata', 'ApiVersions'])

function isWork(crossing: Crossing): boolean {
  return !('api' in crossing.call) || !IDLE_APIS.has(crossing.call.api)
}
