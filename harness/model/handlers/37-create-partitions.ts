/**
 * CreatePartitions (key 37), versions 0–3. After ReplicationControlManager.createPartitions (3.9).
 *
 * Behaviour
 * - `count` is the new total: INVALID_PARTITIONS unless it is more. UNKNOWN_TOPIC_OR_PARTITION; INVALID_REQUEST for a topic that is
 *   named twice; INVALID_REPLICA_ASSIGNMENT for a wrong number of assignments or a broker that is not there or not up;
 *   UNKNOWN_SERVER_ERROR for more than 10,000 at once, which the controller does not expect; by 4.4 POLICY_VIOLATION for all when they are
 *   more than that together.
 * - validateOnly answers the same and does nothing.
 *
 * NOT modelled: quotas, the timeout. Where 3.9 does not expect so many it makes the first 10,000 of them all the same. More partitions of `__consumer_offsets` get no
 * groups: as in Kafka until a restart, a group's place is counted in those that the topic was made with.
 */
import type { createPartitions } from '../../wire/apis/37-create-partitions.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { addPartitions, maxPartitionsPerRequest, place, publish, type Refusal } from '../controller.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof createPartitions>
type Asked = Body['topics'][number]

export function handle(ctx: Context, request: Request, { topics, validateOnly }: Body): void {
  const names = topics.map(({ name }) => name)
  const twice = new Set(names.filter((name, i) => names.indexOf(name) !== i))
  const once = topics.filter(({ name }) => !twice.has(name))
  if (ctx.state.imitate === '4.4' && moreIn(ctx, once) > maxPartitionsPerRequest) {
    ctx.answer(request, { results: topics.map(({ name }) => refused(name, tooMuch)) })
    return
  }
  const results = [...twice].map((name) =>
    refused(name, { error: 'INVALID_REQUEST', message: 'Duplicate topic name.' }),
  )
  for (const asked of once) {
    const { name } = asked
    const placed = whereTo(ctx, asked)
    if (!('error' in placed) && !validateOnly) addPartitions(ctx, ctx.state.topics.get(name)!, placed)
    results.push('error' in placed ? refused(name, placed) : { name, errorCode: 0, errorMessage: null })
  }
  if (!validateOnly) publish(ctx)
  ctx.answer(request, { results })
}

const tooMuch: Refusal = {
  error: 'POLICY_VIOLATION',
  message: 'Excessively large number of additional partitions per request.',
}

/** ReplicationControlManager.validateTotalNumberOfPartitions (4.4). */
function moreIn({ state }: Context, topics: readonly Asked[]): number {
  let sum = 0
  for (const { name, count } of topics) {
    const now = state.topics.get(name)?.partitions.length
    if (now !== undefined) sum += Math.max(0, count - now)
  }
  return sum
}

function refused(name: string, { error, message }: Refusal) {
  return { name, errorCode: errorCodes[error] as number, errorMessage: message }
}

function whereTo(ctx: Context, { name, count, assignments }: Asked): (readonly number[])[] | Refusal {
  const topic = ctx.state.topics.get(name)
  if (topic === undefined) return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: null }
  const now = topic.partitions.length
  if (count === now) return { error: 'INVALID_PARTITIONS', message: `Topic already has ${now} partition(s).` }
  if (count < now) {
    const message = `The topic ${name} currently has ${now} partition(s); ${count} would not be an increase.`
    return { error: 'INVALID_PARTITIONS', message }
  }
  const more = count - now
  if (more > maxPartitionsPerRequest) return { error: 'UNKNOWN_SERVER_ERROR', message: null }
  const copies = topic.partitions[0]!.replicas.length
  if (assignments === null) return place(ctx, more, copies)
  const bad = (message: string): Refusal => ({ error: 'INVALID_REPLICA_ASSIGNMENT', message })
  if (assignments.length !== more) {
    return bad(
      `Attempted to add ${more} additional partition(s), but only ${assignments.length} assignment(s) were specified.`,
    )
  }
  const placed: (readonly number[])[] = []
  for (const { brokerIds } of assignments) {
    const stranger = brokerIds.find((id) => !ctx.state.brokers.has(id))
    if (stranger !== undefined) {
      return bad(`The manual partition assignment includes broker ${stranger}, but no such broker is registered.`)
    }
    const up = brokerIds.find((id) => ctx.state.brokers.get(id)?.up)
    if (up === undefined) return bad('The manual partition assignment includes no broker that is up.')
    placed.push(ctx.state.config.loneCopies ? [up] : brokerIds)
  }
  return placed
}
