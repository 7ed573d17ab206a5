/**
 * CreatePartitions (key 37), versions 0–3. After ReplicationControlManager.createPartitions (3.9).
 *
 * Behaviour
 * - `count` is the new total: INVALID_PARTITIONS unless it is more. UNKNOWN_TOPIC_OR_PARTITION; INVALID_REQUEST for a topic that is
 *   named twice; INVALID_REPLICA_ASSIGNMENT for a wrong number of assignments or a broker that is not there or not up;
 *   UNKNOWN_SERVER_ERROR for more than 10,000 at once, which the controller does not expect.
 * - validateOnly answers the same and does nothing.
 *
 * NOT modelled: quotas, the timeout. More partitions of `__consumer_offsets` get no
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
  const results = [...twice].map((name) =>
    refused(name, { error: 'INVALID_REQUEST', message: 'Duplicate topic name.' }),
  )
  for (const asked of topics) {
    const { name } = asked
    if (twice.has(name)) continue
    const placed = whereTo(ctx, asked)
    if (!('error' in placed) && !validateOnly) addPartitions(ctx, ctx.state.topics.get(name)!, placed)
    results.push('error' in placed ? refused(name, placed) : { name, errorCode: 0, errorMessage: null })
  }
  if (!validateOnly) publish(ctx)
  ctx.answer(request, { results })
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
