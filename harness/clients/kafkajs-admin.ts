/** What an application asks of kafkajs' admin client: which method, and how it ended. */
import type { Admin } from 'kafkajs'
import type { Recorder } from '../sim/port.ts'
import { recordCalls, recordLifecycle } from './kafkajs-lifecycle.ts'

/** These return at once, or have their own place in the history; every other method asks a broker. */
const askNobody: ReadonlySet<string> = new Set(['connect', 'disconnect', 'on', 'logger'])

/** A process that waits here is not at rest, though nothing of it may be seen on the wire for seconds. */
export function recordAdmin(admin: Admin, recorder: Recorder, client: string): Admin {
  recordLifecycle(admin, ['connect', 'disconnect'], recorder, client)
  for (const [method, real] of Object.entries(admin)) {
    if (typeof real !== 'function' || askNobody.has(method)) continue
    recordCalls(admin, method, recorder, () => ({ what: 'admin', client, method }))
  }
  return admin
}
