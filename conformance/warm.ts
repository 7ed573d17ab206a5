/** A cluster that has just begun refuses some things until it has made its internal topics: both sides are asked until they do not. */
import { apis } from '../harness/wire/apis/index.ts'
import type { Api } from '../harness/wire/schema.ts'
import type { Side } from './play.ts'

const CONNECTION = -1
const ASKS = 100
const PAUSE_MS = 100
const PATIENT_MS = 2_000

const asked: readonly { readonly api: Api; readonly version: number; readonly body: object }[] = [
  { api: apis.findCoordinator, version: 3, body: { key: 'warm', keyType: 0 } },
  { api: apis.findCoordinator, version: 3, body: { key: 'warm', keyType: 1 } },
  { api: apis.initProducerId, version: 4, body: { transactionalId: null, transactionTimeoutMs: 60_000 } },
  { api: apis.initProducerId, version: 4, body: { transactionalId: 'warm', transactionTimeoutMs: 60_000 } },
  { api: apis.heartbeat, version: 4, body: { groupId: 'warm', generationId: 1, memberId: 'nobody' } },
]

/** So many make the internal topics: from then on there are coordinators. */
const COORDINATORS = 2

/** UNKNOWN_MEMBER_ID: it knows that it does not know. */
const READY: ReadonlySet<number> = new Set([0, 25])

export async function warm(side: Side, brokers = 1): Promise<void> {
  for (const [nth, { api, version, body }] of asked.entries()) {
    if (nth === COORDINATORS && brokers > 1) {
      await side.coordinate('__consumer_offsets', 1)
      await side.coordinate('__transaction_state', 1)
    }
    // Each broker has producer ids of its own to give.
    const isEverywhere = api === apis.initProducerId && 'transactionalId' in body && body.transactionalId === null
    for (let broker = 1; broker <= (isEverywhere ? brokers : 1); broker++)
      await untilServed(side, broker, { api, version, body })
  }
}

async function untilServed(side: Side, broker: number, { api, version, body }: (typeof asked)[number]): Promise<void> {
  for (let left = ASKS; ; left--) {
    const handle = await side.send(CONNECTION, broker, api, version, body)
    await side.settle(handle, PATIENT_MS)
    const { outcome } = handle
    if (outcome.is === 'answer' && READY.has((outcome.body as { errorCode: number }).errorCode)) return
    if (left === 0) throw new Error(`${api.name} was not served after ${ASKS} requests`)
    await side.sleep(PAUSE_MS)
  }
}
