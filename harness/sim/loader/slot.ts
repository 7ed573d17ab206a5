/**
 * A place where simulated processes live one after another. It owns the virtual environment, whose functions look up the port of
 * the process that lives there now, and the module instances of pooled libraries, which go from run to run.
 *
 * Two processes that are alive at the same time need two slots. So do two runs at the same time.
 */
import type { Port } from '../port.ts'
import { createEnvironment, type Environment, type Fn, type Seat, vacant } from '../virtual/index.ts'
import { type Ground, Instance } from './instance.ts'
import { Pooled } from './pool.ts'
import { isExamined } from './pooled.ts'
import type { Program } from './program.ts'
import { placeOf } from './stack.ts'
import type { Unit } from './unit.ts'

/**
 * What the application gets instead of a module. Asked once per process that requires it; `slot.port` is that process'.
 * Other modules of the same package get the real one.
 */
export type Intercept = (real: never, slot: Slot) => unknown

export interface SlotOptions {
  /** By specifier, built-ins without `node:`. */
  readonly intercept?: ReadonlyMap<string, Intercept>
}

export interface StartOptions {
  /** Names of packages whose instances may come from an earlier run, if pooled.ts knows how to reset them. */
  readonly pooled?: readonly string[]
  /** Identifies the run: two processes of one run never get the same instance. */
  readonly run: object | number
}

export class Slot implements Seat {
  readonly intercept: ReadonlyMap<string, (real: unknown, slot: Slot) => unknown>
  /** Of the process that lives here; its own set, as whoever asked for it reads it when the process is long gone. */
  refusals = new Set<string>()
  keepsContext = false
  readonly #environment: Environment
  /** Module functions with this slot's globals around them: when they need not wait for imports, and when they do. */
  readonly #functions = new Map<Unit, Fn>()
  readonly #waitingFunctions = new Map<Unit, Fn>()
  readonly #pools: Pooled[] = []
  /** Runs by number: an object that stands for a run, such as its world, must not live on in the pools. */
  readonly #runs = new WeakMap<object, number>()
  #lastRun = 0
  #port: Port = vacant
  #instance: Instance | undefined

  constructor({ intercept = new Map() }: SlotOptions = {}) {
    this.intercept = intercept as Slot['intercept']
    this.#environment = createEnvironment(this, (from) => this.#instance!.createRequire(from))
  }

  get port(): Port {
    return this.#port
  }

  /** `globalThis` of the process that lives here. */
  get globalThis(): object {
    return this.#environment.globalThis
  }

  /** A new process: fresh module instances, and an environment in which nothing of its predecessor is left. */
  start(program: Program, port: Port, { pooled = [], run }: StartOptions): Instance {
    if (!this.#port.sealed)
      throw new Error(`the slot is taken: ${this.#port.name}, life ${this.#port.incarnation}, is not sealed`)
    this.#port = port
    this.refusals = new Set()
    this.#environment.reset(program.entry.path)
    const { life } = this.#environment
    const ground: Ground = {
      slot: this,
      life,
      builtin: (name) => this.#environment.builtin(name),
      functionOf: (unit, waiting) => this.#functionOf(unit, waiting),
      poolOf: (unit, instance) =>
        pooled.includes(unit.scope.name) && isExamined(program.units, unit.scope.dir)
          ? this.#poolOf(unit, instance, this.#numberOf(run))
          : undefined,
    }
    this.#instance = new Instance(program, port, ground)
    // No pool holds on to a process that is gone.
    for (const pool of this.#pools) pool.modules.owner = this.#instance
    return this.#instance
  }

  spins(stack: string): void {
    this.#port.hang(placeOf(stack, this.#instance!.program.root))
  }

  warn(warning: string | Error, type?: string): void {
    this.#environment.life.process.emitWarning(warning, type === undefined ? {} : { type })
  }

  #functionOf(unit: Unit, waiting: boolean): Fn {
    const functions = waiting ? this.#waitingFunctions : this.#functions
    let made = functions.get(unit)
    if (made === undefined) functions.set(unit, (made = unit.outer(waiting)(...this.#environment.values) as Fn))
    return made
  }

  #numberOf(run: object | number): number {
    if (typeof run === 'number') return run
    let number = this.#runs.get(run)
    if (number === undefined) this.#runs.set(run, (number = ++this.#lastRun))
    return number
  }

  #poolOf(unit: Unit, owner: Instance, run: number): Pooled {
    const { dir } = unit.scope
    const free = this.#pools.find((pool) => pool.dir === dir && pool.run !== run && pool.fits(owner.port.env))
    if (free !== undefined) {
      free.reuse(owner, run)
      return free
    }
    const made = new Pooled(unit, owner, this.#environment.life.env, run)
    this.#pools.push(made)
    // As many as the lives of a process in one run; what no longer fits goes first.
    if (this.#pools.length > MAX_POOLED) this.#pools.shift()
    return made
  }
}

const MAX_POOLED = 8
