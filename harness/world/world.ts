/**
 * (plan) → clock, net, cluster, processes, recorder: the only place that wires them together, and the levers that faults pull.
 */

import type { Effect } from '../clients/effect-store.ts'
import type { EffectsPort } from '../clients/effects-port.ts'
import { failureOf } from '../clients/failure.ts'
import { type Crossing, Crossings } from '../faults/anchors.ts'
import { Injector } from '../faults/injector.ts'
import type { ClusterEvent, Failure } from '../history/op.ts'
import { Recording } from '../history/recorder.ts'
import type { Plan, Point, ProcessSpec } from '../plan/plan.ts'
import { originalOf } from '../plan/second.ts'
import { Clock } from '../sim/clock.ts'
import { Escapes } from '../sim/escapes.ts'
import { Loop } from '../sim/loop.ts'
import { Proc } from '../sim/process.ts'
import { stream } from '../sim/random.ts'
import { Trace } from '../sim/trace.ts'
import { simulated } from '../sim/virtual/tripwires.ts'
import { MODEL_CAPABILITIES } from './capabilities.ts'
import { refuseBeyond } from './capable.ts'
import { Consumers } from './consumers.ts'
import { EffectCalls } from './effect-calls.ts'
import { type Levers, leversOf } from './levers.ts'
import { Records } from './records.ts'
import { Repairs } from './repairs.ts'
import type { Pending } from './requests.ts'
import { SimulatedCluster } from './simulated-cluster.ts'
import { Standing } from './standing.ts'
import { strike } from './strikes.ts'
import { Supervisor } from './supervisor.ts'
import { Traffic } from './traffic.ts'
import { Witness } from './witness.ts'
import { Workload } from './workload.ts'

/** How the world starts the code of a process; `stage.ts` does it with the loader, a test may do without. */
export interface Stage {
  /** Starts a life of the process: schedules nothing, is called in an event of the process. */
  enter(spec: ProcessSpec, proc: Proc, world: World): void
  /** Asks it to stop: in an event of the process. */
  terminate(proc: Proc, world: World): void
}

export interface WorldOptions {
  readonly keepTrace: boolean
  readonly idleRule: boolean
  readonly stage: Stage
  /** Called after every event. */
  onEvent?(): void
}

/** Ends a run early, not by anything the plan says. */
export type Ending =
  | { readonly by: 'entry'; readonly process: string; readonly says: string }
  | { readonly by: 'harness'; readonly says: string }

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
  private readonly records: Records
  readonly supervisor: Supervisor
  readonly workload: Workload
  readonly consumers = new Consumers()
  readonly standing = new Standing()
  readonly repairs: Repairs
  readonly traffic: Traffic
  /** What was struck and what had nothing to strike, by index of the fault. */
  readonly struck = new Map<number, string>()
  readonly missed = new Map<number, string>()
  /** Set when the run cannot go on. */
  ending: Ending | undefined
  /** Virtual time of the last call that was about work rather than about being alive. */
  busyMs = 0

  private readonly refusals: { readonly process: string; readonly called: ReadonlySet<string> }[] = []
  private readonly options: WorldOptions
  private readonly effects: EffectCalls
  private readonly levers: Levers
  private readonly witness: Witness
  private nextProc = 0

  constructor(plan: Plan, options: WorldOptions) {
    refuseBeyond(plan, MODEL_CAPABILITIES)
    this.plan = plan
    this.options = options
    this.trace = new Trace(options.keepTrace)
    this.history = new Recording(this.clock, this.trace)
    this.witness = new Witness((says) => this.ownFault(says))
    this.history.onOp = (op) => {
      this.consumers.see(op)
      this.witness.op(op)
    }
    this.loop = new Loop(this.clock, this.trace, this.escapes, plan.limits)
    this.loop.afterEvent = () => options.onEvent?.()
    this.loop.onOwnFault = (kind, error) => {
      const { name, message } = failureOf(error)
      this.ownFault(`an ${kind} of the harness itself: ${name}: ${message}`)
    }
    this.escapes.onDeliver = (owner) => {
      this.loop.running = owner
      simulated.running = true
    }
    this.injector = new Injector(plan.faults, plan.delays)
    this.repairs = new Repairs(this.clock)
    const draws = stream(plan.seed, 'cluster')
    this.cluster = new SimulatedCluster(
      plan.topology,
      { int: (_name, below) => draws.int(below), bytes: (_name, length) => draws.bytes(length) },
      this.clock,
      {
        note: (event) => this.note(event),
        taken: (request) => this.traffic.taken(request),
        replicated: (bytes) => this.records.replicated(bytes),
        answer: (request, bytes) => this.traffic.answer(request, bytes),
        close: (connection, how) => this.traffic.close(connection, how),
        broken: (violations) => this.ownFault(`the model broke its own invariants: ${violations.join('; ')}`),
      },
    )
    this.records = new Records(this.cluster, this.clock)
    this.traffic = new Traffic({
      topology: plan.topology,
      clock: this.clock,
      trace: this.trace,
      crossings: this.crossings,
      chunks: stream(plan.seed, 'net/chunks'),
      cluster: this.cluster,
      knowledge: (proc) => this.standing.knowledge(proc),
      reach: (crossing, point, pending) => this.reach(crossing, point, pending),
      settle: (fault, struck, detail) => this.settle(fault, struck, detail),
    })
    this.effects = new EffectCalls({
      clock: this.clock,
      crossings: this.crossings,
      reach: (crossing, point) => this.reach(crossing, point),
      applied: (proc, effect) => this.applied(proc, effect),
    })
    this.cluster.prepare(plan.topology.topics)
    this.supervisor = new Supervisor(plan.processes, this.clock, {
      spawn: (spec, incarnation) => this.spawn(spec, incarnation),
      bury: (proc) => this.bury(proc),
      terminate: (proc) => this.options.stage.terminate(proc, this),
    })
    this.workload = new Workload(plan.workload, this.clock, {
      originalOf: (name) => originalOf(name, plan.processes),
      partitionOf: (item, topic, index) => this.cluster.partitionFor(topic, item.key, index),
      write: (item, topic, partition, stored) => this.write(item, topic, partition, stored),
    })
    this.levers = leversOf(this)
    this.supervisor.startAll()
  }

  /** `host:port` of every broker. */
  get bootstrap(): readonly string[] {
    return this.cluster.addresses
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
    this.repairs.all()
    this.supervisor.resumeAll()
  }

  /** What struck and was to show in an answer that never came has missed. */
  giveUp(): void {
    for (const index of this.injector.struckAt.keys()) {
      if (!this.struck.has(index) && !this.missed.has(index)) this.settle(index, false, 'its answer never came')
    }
  }

  private spawn(spec: ProcessSpec, incarnation: number): Proc {
    const env = {
      NODE_ENV: 'production',
      TZ: 'UTC',
      HOSTNAME: originalOf(spec.name, this.plan.processes),
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
        connect: (from, host, port, to) => this.traffic.connect(from, host, port, to),
        ended: (process, how) => this.ended(process, how),
      },
      this.nextProc++,
      spec.name,
      incarnation,
      env,
    )
    this.witness.born(proc)
    proc.tell({ what: 'process', is: 'started' })
    this.busyMs = this.clock.nowMs
    this.clock.schedule(this.clock.nowMs, proc, 'enter', () => this.options.stage.enter(spec, proc, this))
    return proc
  }

  /** The kernel closes what a dead process had open. */
  private bury(proc: Proc): void {
    this.busyMs = this.clock.nowMs
    this.workload.detach(proc)
    this.traffic.bury(proc)
    this.standing.forget(proc.name)
  }

  private ended(proc: Proc, how: { code: number } | { kind: 'exception' | 'rejection'; error: unknown }): void {
    if ('code' in how) {
      const is = how.code === 0 && this.supervisor.isStopping(proc) ? 'stopped' : 'exited'
      this.supervisor.ended(proc, is, `with code ${how.code}`)
    } else {
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

  /** At the end of a phase: everything, not only what the last event touched. */
  checkAll(): void {
    this.cluster.checkAll()
    for (const process of this.traffic.openOfTheDead()) this.ownFault(`${process} is dead, and has an open connection`)
  }

  private ownFault(says: string): void {
    this.ending ??= { by: 'harness', says }
  }

  private end(proc: Proc, says: string): void {
    this.ending ??= { by: 'entry', process: proc.name, says }
  }

  /** A point of a call was reached: strikes what is due there; answers by how much the schedule delays it. */
  reach(crossing: Crossing, point: Point, pending?: Pending): number {
    crossing.reachedMs[point] = this.clock.nowMs
    this.witness.reached(crossing, point, this.clock.nowMs, pending)
    if (isWork(crossing)) this.busyMs = this.clock.nowMs
    for (const { index, fault } of this.injector.reach(crossing, point)) {
      this.injector.struckAt.set(index, crossing)
      const result = strike(index, fault, pending, this.levers)
      if (result.is !== 'pending') this.settle(index, result.is === 'struck', result.detail)
    }
    return this.injector.delayMs(crossing, point)
  }

  settle(index: number, struck: boolean, detail: string): void {
    const kind = this.plan.faults[index]!.kind
    if (struck) this.struck.set(index, detail)
    else this.missed.set(index, detail)
    this.tell(index, kind, struck ? 'struck' : 'missed', detail)
  }

  private tell(index: number, kind: string, is: 'struck' | 'missed' | 'lifted', detail: string): void {
    this.history.append('', 0, 'harness', 'ok', { what: 'fault', fault: index, kind, is, detail })
  }

  private note(event: ClusterEvent): void {
    this.standing.see(event)
    this.history.append('', 0, 'cluster', 'ok', event)
  }

  private write(item: Plan['workload'][number], topic: string, partition: number, stored: () => void): boolean {
    return this.records.write(item, topic, partition, (offset) => {
      this.history.append('', 0, 'harness', 'ok', {
        what: 'written',
        topic,
        partition,
        offset: String(offset),
        message: item.id,
      })
      this.busyMs = this.clock.nowMs
      stored()
    })
  }

  /** The way of a process into its team's database. */
  effectsOf(proc: Proc): EffectsPort {
    return this.effects.portOf(proc)
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
}

/** The error of the virtual environment for what is not simulated: the run means nothing then. */
const REFUSED = 'Refused'

/** Calls by which a client only stays alive or waits. */
const IDLE_APIS = new Set(['Fetch', 'Heartbeat', 'Metadata', 'ApiVersions'])

function isWork(crossing: Crossing): boolean {
  return !('api' in crossing.call) || !IDLE_APIS.has(crossing.call.api)
}
