/** A cluster that has just begun refuses some things until it has made its internal topics: both sides are asked until they do not. */
import { apis } from '../harness/wire/apis/index.ts'
import type { Api } from '../harness/wire/schema.ts'
import type { Side } from './play.ts'

const CONNECTION = -1
const ASKS = 100
const PAUSE_MS = 100

const asked: readonly { readonly api: Api; readonly version: number; readonly body: object }[] = [
  { api: apis.findCoordinator, version: 3, body: { key: 'warm', keyType: 0 } },
  { api: apis.findCoordinator, version: 3, body: { key: 'warm', keyType: 1 } },
  { api: apis.initProducerId, version: 4, body: { transactionalId: null, transactionTimeoutMs: 60_000 } },
  { api: apis.initProducerId, version: 4, body: { transactionalId: 'warm', transactionTimeoutMs: 60_000 } },
  { api: apis.heartbeat, version: 4, body: { groupId: 'warm', generationId: 1, memberId: 'nobody' } },
]

/** UNKNOWN_MEMBER_ID: it knows that it does not know. */
const READY: ReadonlySet<number> = new Set([0, 25])

export async function warm(side: Side): Promise<void> {
  for (const { api, version, body } of asked) {
    for (let left = ASKS; ; left--) {
      const handle = await side.send(CONNECTION, api, version, body)
      await side.settle(handle)
      const { outcome } = handle
      if (outcome.is === 'answer' && READY.has((outcome.body as { errorCode: number }).errorCode)) break
      if (left === 0) throw new Error(`${api.name} was not served after ${ASKS} requests`)
      await side.sleep(PAUSE_MS)
    }
  }
}
