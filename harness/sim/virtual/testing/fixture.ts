/** For tests: code inside a virtual environment, without the loader. */
import { createEnvironment, type Environment } from '../environment.ts'
import { type Fn, run as guarded, type Seat } from '../seat.ts'
import { FakePort } from './fake-port.ts'

export interface Inside {
  readonly port: FakePort
  readonly environment: Environment
  readonly seat: Seat
  /** The value of a function body; `require` gives built-ins. */
  run(body: string): unknown
  /** Runs the body as an event, and lets everything happen that follows. What it hands to `out` comes back. */
  play(body: string, untilMs?: number): Promise<unknown[]>
  /** Another process on the same seat. */
  restart(port?: FakePort): FakePort
}

export function inside(first = new FakePort()): Inside {
  let port = first
  const seat: Seat = {
    get port() {
      return port
    },
    keepsContext: false,
    refusals: new Set(),
    spins: () => undefined,
    warn: (warning) => void environment.life.process.emitWarning(warning),
  }
  const environment = createEnvironment(seat, () => undefined)
  environment.reset('/app/main.js')
  const VirtualFunction = (environment.globalThis as { Function: Fn }).Function
  const require = (name: string) => environment.builtin(name)
  const run = (body: string, out?: Fn) => VirtualFunction('require', 'out', `'use strict'; ${body}`)(require, out)
  return {
    get port() {
      return port
    },
    environment,
    seat,
    run,
    async play(body, untilMs) {
      const outs: unknown[] = []
      const out = (...values: unknown[]) => void outs.push(values.length === 1 ? values[0] : values)
      await port.event(() => guarded(port, () => run(body, out)))
      await port.run(untilMs)
      return outs
    },
    restart(next = new FakePort()) {
      port.sealed = true
      port = next
      environment.reset('/app/main.js')
      return next
    },
  }
}
