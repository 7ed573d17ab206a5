/**
 * Starts simulated processes from their entry modules: prepares them outside of the simulation, gives each life a slot and fresh module
 * instances, and calls what the entry exports with its context.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createContext, type Running, type Start } from '../clients/context.ts'
import { instrumentKafkajs } from '../clients/kafkajs.ts'
import type { Plan, ProcessSpec } from '../plan/plan.ts'
import { originalOf } from '../plan/second.ts'
import { type Intercept, type Program, prepare, Slot } from '../sim/loader/index.ts'
import type { Proc } from '../sim/process.ts'
import type { Life } from '../sim/virtual/process.ts'
import type { Stage, World } from './world.ts'

export interface StageOptions {
  /** The project: what entries are relative to. */
  readonly root: string
  /** The folder that `ackward:apps/` stands for. */
  readonly apps: URL
  /** Whether kafkajs' module instances may be used again in later runs. Default: true. */
  readonly pooled?: boolean
}

/** An entry module cannot be found, or not be read. The message says which, where, and what to do. */
export class EntryError extends Error {
  override readonly name = 'EntryError'
}

/** One life, as far as a signal is concerned. */
interface Living {
  readonly life: Life
  /** What its entry returned, once it has. */
  running: Running | undefined
}

const SIGTERM = 15
/** How often is looked whether a process has nothing left to wait for. */
const LOOK_EVERY_MS = 10

/** Node ends a process when nothing keeps its event loop alive: no timer, no connection, no call that is out. */
function whenDry(proc: Proc, world: World, then: () => void): void {
  const { clock, traffic } = world
  clock.schedule(clock.nowMs + LOOK_EVERY_MS, null, 'look', () => {
    if (proc.sealed) return
    const isDry = proc.open.size === 0 && !proc.paused && !clock.holds(proc) && !traffic.isConnected(proc)
    if (isDry) clock.schedule(clock.nowMs, proc, 'dry', then)
    else whenDry(proc, world, then)
  })
}

const APPS = 'ackward:apps/'
const POOLED = ['kafkajs']

type Kafkajs = typeof import('kafkajs')

export class ModuleStage implements Stage {
  private readonly options: StageOptions
  private readonly programs = new Map<string, Program>()
  private readonly living = new WeakMap<Proc, Living>()
  private readonly slots: Slot[] = []
  /** Which slot each process of a run has, for all of its lives. */
  private readonly taken = new WeakMap<World, Map<string, Slot>>()

  constructor(options: StageOptions) {
    this.options = options
  }

  /** Reads and transforms the entry modules of a plan. Real work: outside of any run. */
  async prepare(plan: Plan): Promise<void> {
    for (const { entry, name } of plan.processes) {
      if (this.programs.has(entry)) continue
      const path = this.pathOf(entry)
      if (path === undefined) {
        throw new EntryError(
          `process ${name}: there is no entry module ${entry}; paths are relative to the project (${this.options.root}), or start with ${APPS}`,
        )
      }
      try {
        this.programs.set(entry, await prepare(path, { root: this.options.root, also: ['kafkajs'] }))
      } catch (error) {
        throw new EntryError(`process ${name}: ${entry} cannot be loaded: ${flaw(error)}`, { cause: error })
      }
    }
  }

  enter(spec: ProcessSpec, proc: Proc, world: World): void {
    const program = this.programs.get(spec.entry)
    if (program === undefined) throw new Error(`the entry ${spec.entry} was not prepared`)
    const pooled = this.options.pooled === false ? [] : POOLED
    const instance = this.slotOf(world, proc.name).start(program, proc, { pooled, run: world })
    world.watchRefusals(proc.name, instance.refusals)
    proc.onUncaught = (kind, error, promise) => {
      if (instance.life.survives(kind, error, promise)) return true
      instance.life.emit('exit', 1)
      return false
    }
    const living: Living = { life: instance.life, running: undefined }
    this.living.set(proc, living)
    const fails = (during: string) => (error: unknown) => {
      if (proc.sealed) return
      world.failedToStart(proc, during, error)
    }
    instance.evaluate().then((exports) => {
      const start = (exports as { default?: unknown }).default
      if (typeof start !== 'function' || proc.sealed) return
      const { context, input } = createContext({
        process: originalOf(proc.name, world.plan.processes),
        instance: instanceOf(spec, world.plan),
        env: proc.env,
        config: spec.config,
        brokers: world.bootstrap,
        kafkajs: instance.require('kafkajs') as Kafkajs,
        recorder: proc.recorder,
        effects: world.effectsOf(proc),
        openFile: (file, from, feed) => world.workload.files.open(proc, file, from, feed),
      })
      world.workload.attach(proc, input)
      const started: Promise<Running | undefined> = (async () => (await (start as Start)(context)) ?? undefined)()
      return started.then((running) => {
        living.running = running
      }, fails('its start() failed'))
    }, fails('its module failed to load'))
  }

  /** `stop()` that the entry returned; else SIGTERM, for who listens; else the signal ends the process, as it does in Node. */
  terminate(proc: Proc, world: World): void {
    const living = this.living.get(proc)
    if (living === undefined) {
      world.supervisor.ended(proc, 'killed', 'by SIGTERM, before it had begun')
      return
    }
    const { life, running } = living
    const ends = (): void => {
      if (proc.sealed) return
      life.emit('exit', life.exitCode ?? 0)
      world.supervisor.ended(proc, 'stopped', 'as it was asked to')
    }
    if (typeof running?.stop === 'function') {
      const stopped = (async () => running.stop())()
      stopped.then(ends, (error: unknown) => {
        if (!proc.sealed) world.failedToStart(proc, 'its stop() failed', error)
      })
    } else if (life.process.listenerCount('SIGTERM') > 0) {
      life.emit('SIGTERM', 'SIGTERM', SIGTERM)
      whenDry(proc, world, ends)
    } else world.supervisor.ended(proc, 'killed', 'by SIGTERM, which nothing in it listens to')
  }

  private slotOf(world: World, name: string): Slot {
    let slots = this.taken.get(world)
    if (slots === undefined) this.taken.set(world, (slots = new Map()))
    let slot = slots.get(name)
    if (slot === undefined) {
      slot = this.slots[slots.size]
      if (slot === undefined) this.slots.push((slot = new Slot({ intercept: INTERCEPT })))
      slots.set(name, slot)
    }
    return slot
  }

  private pathOf(entry: string): string | undefined {
    const base = entry.startsWith(APPS)
      ? fileURLToPath(new URL(entry.slice(APPS.length), this.options.apps))
      : resolve(this.options.root, entry)
    return [base, `${base}.ts`, `${base}.js`].find((path) => existsSync(path) && !path.endsWith('/'))
  }
}

const INTERCEPT: ReadonlyMap<string, Intercept> = new Map<string, Intercept>([
  ['kafkajs', (real: Kafkajs, slot: Slot) => instrumentKafkajs(real, () => slot.port.recorder)],
])

/** In one line: parsers draw a picture of what they don't understand, in colours. */
function flaw(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  const lines = message.replace(/\x1b\[[\d;]*m/g, '').split('\n')
  const says = lines.find((line) => /^\[[A-Z_]+\] /.test(line))?.replace(/^\[[A-Z_]+\] /, '')
  const at = lines.map((line) => /╭─\[ (.+?) \]/.exec(line)?.[1]).find((place) => place !== undefined)
  return `${says ?? lines[0]}${at === undefined ? '' : ` (${at})`}`
}

/** 0, 1, … among the processes with the same entry. */
function instanceOf(spec: ProcessSpec, plan: Plan): number {
  const name = originalOf(spec.name, plan.processes)
  return plan.processes.filter((other) => other.entry === spec.entry).findIndex((other) => other.name === name)
}

export function createStage(options: StageOptions): ModuleStage {
  return new ModuleStage(options)
}
