/**
 * What a simulated process may not use: it would leave the simulation, and a run would no longer be a function of its plan.
 *
 * Loading such a thing is allowed, as libraries load far more than they use (kafkajs requires `tls`); calling it throws an
 * error that says what was called and what to do instead.
 */
import type { Fn, Seat } from './seat.ts'

export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code = 'ERR_NOT_SIMULATED'
  /** What was called, as the code would write it: `fs.readFile`. */
  readonly what: string

  constructor(what: string, instead: string) {
    super(`${what} is not simulated: inside a simulated process it would make runs differ. ${instead}`)
    this.what = what
  }
}

export function refuse(seat: Seat, what: string, instead: string): never {
  seat.refusals.add(what)
  throw new Refused(what, instead)
}

const stands = new WeakSet<object>()

/** Whether this is one of the stand-ins. */
export function isRefused(value: object): boolean {
  return stands.has(value)
}

/**
 * Stands for `what`, a function, class or namespace: reading from it gives more of the same, using it throws.
 * `known` are the members that are harmless constants and answer as such.
 */
export function refused(seat: Seat, what: string, instead: string, known: object = {}): Fn {
  const members = new Map<string, Fn>()
  // biome-ignore lint/complexity/useArrowFunction: an arrow can't be constructed, and what stands here may be a class
  const target: Fn = function () {}
  Object.defineProperty(target, 'name', { value: what.slice(what.lastIndexOf('.') + 1) })
  const stand = new Proxy(target, {
    apply: () => refuse(seat, what, instead),
    construct: () => refuse(seat, `new ${what}`, instead),
    get(own, key) {
      if (Object.hasOwn(known, key)) return Reflect.get(known, key)
      // `then` must be absent, or a namespace of this module could not be awaited.
      if (typeof key === 'symbol' || key === 'then' || Reflect.has(own, key)) return Reflect.get(own, key)
      let member = members.get(key)
      if (member === undefined) members.set(key, (member = refused(seat, `${what}.${key}`, instead)))
      return member
    },
    has: (own, key) =>
      Reflect.has(own, key) || Object.hasOwn(known, key) || (typeof key === 'string' && key !== 'then'),
  })
  stands.add(stand)
  return stand
}

/** What to do instead, per built-in module or global; one sentence or two. */
const NETWORK =
  'Hand a fake client to the code under test, or put the call behind ctx.effects, which stands for the outside world.'
const FILES =
  'Import the file as JSON or as a module, hand its content in through the plan (env, config), or put the call behind ctx.effects.'
const THREADS =
  'A simulated process is one thread: call the work directly, or make it a process of its own in the plan.'
const HOST =
  'It shows or changes the machine that the simulation runs on. Leave it out of the code under test, or guard it.'
const COLLECTOR = 'Its outcome depends on threads or on the garbage collector, which no seed controls.'

const INSTEAD: Record<string, string> = {
  tls: 'Connect without `ssl` inside the simulation: encryption changes nothing of what Kafka promises.',
  fs: FILES,
  'fs/promises': FILES,
  http: NETWORK,
  https: NETWORK,
  http2: NETWORK,
  dns: 'Host names reach the simulated network as they are; give brokers by the name that the plan gives them.',
  'dns/promises':
    'Host names reach the simulated network as they are; give brokers by the name that the plan gives them.',
  dgram: NETWORK,
  fetch: NETWORK,
  WebSocket: NETWORK,
  EventSource: NETWORK,
  child_process: THREADS,
  cluster: THREADS,
  worker_threads: THREADS,
  Worker: THREADS,
  MessageChannel: COLLECTOR,
  BroadcastChannel: COLLECTOR,
  Atomics: COLLECTOR,
  'net.createServer': 'Simulated processes are clients of the cluster; call the handler directly instead of listening.',
  'net.Server': 'Simulated processes are clients of the cluster; call the handler directly instead of listening.',
  localStorage: FILES,
  sessionStorage: FILES,
  sqlite: FILES,
}

export function insteadOf(name: string): string {
  return INSTEAD[name] ?? HOST
}
