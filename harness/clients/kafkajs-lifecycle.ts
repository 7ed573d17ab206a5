/** connect, disconnect, subscribe, run, stop: calls whose end is all there is to say. */
import type { Options } from '../history/client-calls.ts'
import type { ClientBody } from '../history/op.ts'
import type { Recorder } from '../sim/port.ts'
import { failureOf } from './failure.ts'
import { disguise, watchCall } from './watch.ts'

type Lifecycle = Extract<ClientBody, { what: 'connect' | 'disconnect' | 'subscribe' | 'run' | 'stop' }>
type Methods = { [What in Lifecycle['what']]?: (...args: never[]) => Promise<unknown> }

/** Replaces the named methods in place. `optionsOf`: what the application chose in this call. */
export function recordLifecycle<Client extends object, What extends Lifecycle['what'] & keyof Client>(
  client: Client,
  whats: readonly What[],
  recorder: Recorder,
  name: string,
  optionsOf: (what: What, argument: unknown) => Options | undefined = () => undefined,
): void {
  const methods = client as Methods
  for (const what of whats) {
    const real = methods[what]!
    methods[what] = disguise((...args) => {
      const options = optionsOf(what, args[0])
      const body: Lifecycle = { what, client: name, ...(options && { options }) }
      const op = recorder.invoke('client', body)
      return watchCall(() => real(...args), {
        ok: () => recorder.end(op, 'ok', body),
        fail: (error) => recorder.end(op, 'fail', { ...body, error: failureOf(error) }),
      })
    }, real)
  }
}
