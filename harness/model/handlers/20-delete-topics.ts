/**
 * DeleteTopics (key 20), versions 0–6. After ControllerApis.deleteTopics (3.9).
 *
 * Behaviour
 * - UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID; INVALID_REQUEST for a name or an id that comes twice, which is told once, for what has both
 *   or neither, and for the name of a topic whose id comes too. None of these is deleted.
 * - What waits for the topic is let go, and coordinators forget what groups had committed for it.
 *
 * Version notes
 * - 6 names topics by name or by id (KIP-516).
 *
 * NOT modelled: delete.topic.enable=false. Kafka answers in a random order; here it is that of the request.
 */
import type { deleteTopics } from '../../wire/apis/20-delete-topics.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import { zeroUuid } from '../../wire/primitives.ts'
import type { RequestOf, ResponseInput } from '../../wire/schema.ts'
import { deleteTopic, publish, type Refusal } from '../controller.ts'
import type { Topic } from '../state.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof deleteTopics>
type Asked = { readonly name: string | null; readonly topicId: string }
type Answer = NonNullable<ResponseInput<typeof deleteTopics>['responses']>[number]

export function handle(ctx: Context, request: Request, { topics, topicNames }: Body): void {
  const asked: readonly Asked[] = [...topicNames.map((name) => ({ name, topicId: zeroUuid })), ...topics]
  const found = asked.map((each) => find(ctx, each))
  const responses: Answer[] = []
  for (const [i, topic] of found.entries()) {
    const { name, topicId } = asked[i]!
    const same = asked.findIndex((other) => other.name === name && other.topicId === topicId)
    const isTwice = asked.some((other, k) => k !== same && other.name === name && other.topicId === topicId)
    if (isTwice && isNamed(asked[i]!)) {
      if (same === i) responses.push(answer(request, name, topicId, twice(name)))
    } else if ('error' in topic) responses.push(answer(request, name, topicId, topic))
    else if (found.some((other, k) => k !== i && other === topic)) {
      // Told of the one that names it; nothing is deleted.
      if (name !== null) responses.push(answer(request, name, topic.topicId, suppliedToo))
    } else {
      deleteTopic(ctx, topic)
      responses.push(answer(request, topic.name, topic.topicId, undefined))
    }
  }
  publish(ctx)
  ctx.answer(request, { responses })
}

/** By one of the two, as it should be. */
const isNamed = ({ name, topicId }: Asked): boolean => (name === null) !== (topicId === zeroUuid)

const twice = (name: string | null): Refusal => {
  return { error: 'INVALID_REQUEST', message: `Duplicate topic ${name === null ? 'id' : 'name'}.` }
}
const suppliedToo: Refusal = {
  error: 'INVALID_REQUEST',
  message: 'The provided topic name maps to an ID that was already supplied.',
}

function answer({ apiVersion }: Request, name: string | null, topicId: string, refusal: Refusal | undefined): Answer {
  return {
    name,
    ...(apiVersion >= 6 ? { topicId } : {}),
    errorCode: refusal === undefined ? 0 : errorCodes[refusal.error],
    ...(apiVersion >= 5 ? { errorMessage: refusal?.message ?? null } : {}),
  }
}

function find({ state }: Context, { name, topicId }: Asked): Topic | Refusal {
  if (name === null && topicId === zeroUuid) {
    return { error: 'INVALID_REQUEST', message: 'Neither topic name nor id were specified.' }
  }
  if (name !== null && topicId !== zeroUuid) {
    return { error: 'INVALID_REQUEST', message: 'You may not specify both topic name and topic id.' }
  }
  if (name !== null) {
    return (
      state.topics.get(name) ?? {
        error: 'UNKNOWN_TOPIC_OR_PARTITION',
        message: 'This server does not host this topic-partition.',
      }
    )
  }
  for (const topic of state.topics.values()) if (topic.topicId === topicId) return topic
  return { error: 'UNKNOWN_TOPIC_ID', message: 'This server does not host this topic ID.' }
}
