/**
 * CreatePartitions (key 37), versions 0–3. After ReplicationControlManager.createPartitions (3.9).
 *
 * Behaviour
 * - `count` is the new total: INVALID_PARTITIONS unless it is more. UNKNOWN_TOPIC_OR_PARTITION; INVALID_REQUEST for a topic that is
 *   named twice; INVALID_REPLICA_ASSIGNMENT for a wrong number of assignments or a broker that is not there or not up;
 *   POLICY_VIOLATION for all when it is more than 10,000 records to the controller.
 * - validateOnly answers the same and does nothing.
 *
 * NOT modelled: more than one copy (see 19-create-topics.ts), quotas, the timeout. More partitions of `__consumer_offsets` get no
 * groups: as in Kafka until a restart, a group's place is counted in those that the topic was made with.
 */
import type { createPartitions } from '../../wire/apis/37-create-partitions.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { addPartitions, maxRecordsPerRequest, place, publish, type Refusal, tooMuch } from '../controller.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof createPartitions>
type Asked = Body['topics'][number]

export function handle(ctx: Context, request: Request, { topics, validateOnly }: Body): void {
  if (recordsFor(ctx, topics) > maxRecordsPerRequest) {
    const { error, message } = tooMuch
    const results = topics.map(({ name }) => ({ name, errorCode: errorCodes[error], errorMessage: message }))
    ctx.answer(request, { results })
    return
  }
  const results = topics.map((asked, i, all) => {
    const { name } = asked
    const isTwice = all.some((other, k) => k !== i && other.name === name)
    const placed = isTwice
      ? ({ error: 'INVALID_REQUEST', message: 'Duplicate topic name.' } as const)
      : whereTo(ctx, asked)
    if ('error' in placed) return { name, errorCode: errorCodes[placed.error], errorMessage: placed.message }
    if (!validateOnly) addPartitions(ctx, ctx.state.topics.get(name)!, placed)
    return { name, errorCode: 0, errorMessage: null }
  })
  if (!validateOnly) publish(ctx)
  ctx.answer(request, { results })
}

function recordsFor({ state }: Context, topics: readonly Asked[]): number {
  let records = 0
  for (const { name, count } of topics) {
    const now = state.topics.get(name)?.partitions.length
    if (now !== undefined && count > now) records += count - now
  }
  return records
}

function whereTo(ctx: Context, { name, count, assignments }: Asked): number[] | Refusal {
  const topic = ctx.state.topics.get(name)
  if (topic === undefined) return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: null }
  const now = topic.partitions.length
  if (count === now) return { error: 'INVALID_PARTITIONS', message: `Topic already has ${now} partition(s).` }
  if (count < now) {
    const message = `The topic ${name} currently has ${now} partition(s); ${count} would not be an increase.`
    return { error: 'INVALID_PARTITIONS', message }
  }
  const more = count - now
  if (assignments === null) return place(ctx, more)
  const bad = (message: string): Refusal => ({ error: 'INVALID_REPLICA_ASSIGNMENT', message })
  if (assignments.length !== more) {
    return bad(
      `Attempted to add ${more} additional partition(s), but only ${assignments.length} assignment(s) were specified.`,
    )
  }
  const placed: number[] = []
  for (const { brokerIds } of assignments) {
    const up = brokerIds.find((id) => ctx.state.brokers.get(id)?.up)
    if (up === undefined) return bad('The manual partition assignment includes no broker that is up.')
    placed.push(up)
  }
  return placed
}
