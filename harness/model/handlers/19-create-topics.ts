/**
 * CreateTopics (key 19), versions 0–7. After ControllerApis.createTopics, ReplicationControlManager.createTopics (3.9).
 *
 * Behaviour
 * - Any broker takes it and answers when the controller has done it. Brokers learn of it with the next image, which may be later.
 * - INVALID_REQUEST for a name that comes twice; INVALID_TOPIC_EXCEPTION, also where '.' and '_' collide; TOPIC_ALREADY_EXISTS;
 *   INVALID_CONFIG; INVALID_PARTITIONS; INVALID_REPLICATION_FACTOR (more than there are brokers); INVALID_REPLICA_ASSIGNMENT;
 *   POLICY_VIOLATION for all when they are more than 10,000 partitions together.
 * - validateOnly answers the same and does nothing.
 *
 * Version notes
 * - 5 answers the number of partitions, copies and the whole configuration (KIP-525), 7 the topic id.
 *
 * NOT modelled: policies, quotas, the timeout.
 */
import type { createTopics } from '../../wire/apis/19-create-topics.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf, ResponseInput } from '../../wire/schema.ts'
import {
  badTopicName,
  collidingTopic,
  copiesOf,
  createTopic,
  maxPartitionsPerRequest,
  newId,
  publish,
  type Refusal,
} from '../controller.ts'
import { badSetting, conflictOf, effectiveSettings } from '../topic-config.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof createTopics>
type Asked = Body['topics'][number]
type Answer = NonNullable<ResponseInput<typeof createTopics>['topics']>[number]

export function handle(ctx: Context, request: Request, { topics, validateOnly }: Body): void {
  const twice = new Set(topics.map(({ name }) => name).filter((name, i, all) => all.indexOf(name) !== i))
  const once = topics.filter(({ name }) => !twice.has(name))
  if (partitionsIn(ctx, once) > maxPartitionsPerRequest) {
    ctx.answer(request, { topics: topics.map(({ name }) => failed(name, tooMuch)) })
    return
  }
  const answers = once.map((asked): Answer => {
    const wanted = whereTo(ctx, asked)
    if ('error' in wanted) return failed(asked.name, wanted)
    const { name } = asked
    const { placed, copies } = wanted
    const config = new Map(asked.configs.map((setting) => [setting.name, setting.value ?? '']))
    // What is only tried gets an id too, of a topic that never will be.
    const topicId = validateOnly
      ? newId(ctx.draws, 'topic-id')
      : createTopic(ctx, { name, placed, copies, config }).topicId
    const configs = effectiveSettings(ctx.state, config).map(({ name, value, source }) => ({
      name,
      value,
      readOnly: false,
      configSource: source,
      isSensitive: false,
    }))
    const numPartitions = typeof placed === 'number' ? placed : placed.length
    return { name, topicId, errorCode: 0, errorMessage: null, numPartitions, replicationFactor: copies, configs }
  })
  if (!validateOnly) publish(ctx)
  for (const name of twice) answers.push(failed(name, { error: 'INVALID_REQUEST', message: 'Duplicate topic name.' }))
  ctx.answer(request, { topics: answers })
}

const tooMuch: Refusal = {
  error: 'POLICY_VIOLATION',
  message: 'Excessively large number of partitions per request.',
}

function partitionsIn({ state }: Context, topics: readonly Asked[]): number {
  let sum = 0
  for (const { numPartitions, assignments } of topics) {
    if (assignments.length > 0) sum += assignments.length
    else sum += numPartitions === -1 ? state.config.numPartitions : Math.max(0, numPartitions)
  }
  return sum
}

function failed(name: string, { error, message }: Refusal): Answer {
  return { name, errorCode: errorCodes[error], errorMessage: message, configs: [] }
}

/** Where the copies of each partition go, or how many partitions there shall be; and how many copies of each. */
interface Wanted {
  readonly placed: readonly (readonly number[])[] | number
  readonly copies: number
}

function whereTo(ctx: Context, asked: Asked): Wanted | Refusal {
  const { state } = ctx
  const { name, configs, assignments, numPartitions, replicationFactor } = asked
  const badName = badTopicName(name)
  if (badName !== undefined) return { error: 'INVALID_TOPIC_EXCEPTION', message: badName }
  if (state.topics.has(name)) return { error: 'TOPIC_ALREADY_EXISTS', message: `Topic '${name}' already exists.` }
  const other = collidingTopic(state, name)
  if (other !== undefined) {
    return { error: 'INVALID_TOPIC_EXCEPTION', message: `Topic '${name}' collides with existing topic: ${other}` }
  }
  const nulls = configs.filter(({ value }) => value === null).map((setting) => setting.name)
  if (nulls.length > 0) {
    return { error: 'INVALID_CONFIG', message: `Null value not supported for topic configs: ${nulls.join(',')}` }
  }
  for (const setting of configs) {
    const message = badSetting(state.imitate, setting.name, setting.value!)
    if (message !== undefined) return { error: 'INVALID_CONFIG', message }
  }
  const conflict = conflictOf(new Map(configs.map((setting) => [setting.name, setting.value!])))
  if (conflict !== undefined) return { error: 'INVALID_CONFIG', message: conflict }
  if (assignments.length > 0) return assigned(ctx, asked)
  if (replicationFactor < -1 || replicationFactor === 0) {
    const message = 'Replication factor must be larger than 0, or -1 to use the default value.'
    return { error: 'INVALID_REPLICATION_FACTOR', message }
  }
  if (numPartitions < -1 || numPartitions === 0) {
    return { error: 'INVALID_PARTITIONS', message: 'Number of partitions was set to an invalid non-positive value.' }
  }
  const copies = replicationFactor === -1 ? state.config.replicationFactor : replicationFactor
  if (copies > state.brokers.size) {
    const message = `Unable to replicate the partition ${copies} time(s): The target replication factor of ${copies} cannot be reached because only ${state.brokers.size} broker(s) are registered.`
    return { error: 'INVALID_REPLICATION_FACTOR', message }
  }
  return {
    placed: numPartitions === -1 ? state.config.numPartitions : numPartitions,
    copies: copiesOf(state, copies),
  }
}

function assigned({ state }: Context, { assignments, numPartitions, replicationFactor }: Asked): Wanted | Refusal {
  const bad = (message: string): Refusal => ({ error: 'INVALID_REPLICA_ASSIGNMENT', message })
  if (replicationFactor !== -1 || numPartitions !== -1) {
    const what = replicationFactor !== -1 ? 'replication factor' : 'numPartitions'
    return {
      error: 'INVALID_REQUEST',
      message: `A manual partition assignment was specified, but ${what} was not set to -1.`,
    }
  }
  const placed: (readonly number[])[] = []
  const copies = assignments[0]!.brokerIds.length
  for (const { partitionIndex, brokerIds } of assignments) {
    if (placed[partitionIndex] !== undefined) {
      return bad(`Found multiple manual partition assignments for partition ${partitionIndex}`)
    }
    if (brokerIds.length === 0) return bad('The manual partition assignment includes an empty replica list.')
    if (new Set(brokerIds).size !== brokerIds.length)
      return bad('The manual partition assignment includes a broker more than once.')
    const stranger = brokerIds.find((id) => !state.brokers.has(id))
    if (stranger !== undefined) {
      return bad(`The manual partition assignment includes broker ${stranger}, but no such broker is registered.`)
    }
    if (brokerIds.length !== copies) {
      return bad(
        `The manual partition assignment includes a partition with ${brokerIds.length} replica(s), but this is not consistent with previous partitions, which have ${copies} replica(s).`,
      )
    }
    const up = brokerIds.find((id) => state.brokers.get(id)!.up)
    if (up === undefined)
      return bad('All brokers specified in the manual partition assignment are fenced or in controlled shutdown.')
    if (partitionIndex < 0 || partitionIndex >= assignments.length) {
      return bad('partitions should be a consecutive 0-based integer sequence')
    }
    placed[partitionIndex] = state.config.loneCopies ? [up] : brokerIds
  }
  return { placed, copies: copiesOf(state, copies) }
}
