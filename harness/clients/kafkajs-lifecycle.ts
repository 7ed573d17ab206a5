/** connect, disconnect, subscribe, run, stop: calls whose end is all there is to say. */
import type { AdminBody, Options } from '../history/client-calls.ts'
import type { ClientBody } from '../history/op.ts'
import type { Recorder } from '../sim/port.ts'
import { failureOf } from './failure.ts'
import { disguise, watchCall } from './watch.ts'

type Lifecycle = Extract<ClientBody, { what: 'connect' | 'disconnect' | 'subscribe' | 'run' | 'stop' }>
type Methods = Record<string, (...args: never[]) => Promise<unknown>>

/** Replaces the named methods in place. `optionsOf`: what the application chose in this call. */
export function recordLifecycle<Client extends object, What extends Lifecycle['what'] & keyof Client>(
  client: Client,
  whats: readonly What[],
  recorder: Recorder,
  name: string,
  optionsOf: (what: What, argument: unknown) => Options | undefined = () => undefined,
): void {
  for (const what of whats) {
    recordCalls(client, what, recorder, (argument): Lifecycle => {
      const options = optionsOf(what, argument)
      return { what, client: name, ...(options && { options }) }
    })
  }
}

/** Replaces one method in place; what it was called with goes into both ops. */
export function recordCalls(
  client: object,
  method: string,
  recorder: Recorder,
  bodyOf: (argument: unknown) => Lifecycle | AdminBody,
): void {
  const methods = client as Methods
  const real = methods[method]!
  methods[method] = disguise((...args) => {
    const body = bodyOf(args[0])
    const op = recorder.invoke('client', body)
    return watchCall(() => real(...args), {
      ok: () => recorder.end(op, 'ok', body),
      fail: (error) => recorder.end(op, 'fail', { ...body, error: failureOf(error) }),
    })
  }, real)
}
