/** What an application asks of kafkajs' admin client: which method, and how it ended. */
import type { Admin } from 'kafkajs'
import type { AdminBody } from '../history/client-calls.ts'
import type { Recorder } from '../sim/port.ts'
import { failureOf } from './failure.ts'
import { recordLifecycle } from './kafkajs-lifecycle.ts'
import { disguise, watchCall } from './watch.ts'

/** These return at once; every other method of it asks a broker. */
const askNobody: ReadonlySet<string> = new Set(['connect', 'disconnect', 'on', 'logger'])

/** A process that waits here is not at rest, though nothing of it may be seen on the wire for seconds. */
export function recordAdmin(admin: Admin, recorder: Recorder, client: string): Admin {
  recordLifecycle(admin, ['connect', 'disconnect'], recorder, client)
  const methods = admin as unknown as Record<string, (...args: never[]) => Promise<unknown>>
  for (const method of Object.keys(methods)) {
    const real = methods[method]!
    if (typeof real !== 'function' || askNobody.has(method)) continue
    methods[method] = disguise((...args) => {
      const body: AdminBody = { what: 'admin', client, method }
      const op = recorder.invoke('client', body)
      return watchCall(() => real(...args), {
        ok: () => recorder.end(op, 'ok', body),
        fail: (error) => recorder.end(op, 'fail', { ...body, error: failureOf(error) }),
      })
    }, real)
  }
  return admin
}
