/**
 * DeleteTopics (key 20), versions 0–6. After ControllerApis.deleteTopics (3.9).
 *
 * Behaviour
 * - UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID; INVALID_REQUEST for a topic that is named twice, or by name and id, or by neither.
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
type Answer = NonNullable<ResponseInput<typeof deleteTopics>['responses']>[number]

export function handle(ctx: Context, request: Request, { topics, topicNames }: Body): void {
  const asked = [...topicNames.map((name) => ({ name, topicId: zeroUuid })), ...topics]
  const found = asked.map((each) => find(ctx, each))
  const responses: Answer[] = []
  for (let i = 0; i < asked.length; i++) {
    const topic = found[i]!
    if ('error' in topic) {
      const { name, topicId } = asked[i]!
      responses.push(answer(request, name, topicId, topic))
    } else if (found.indexOf(topic) === i) {
      const isTwice = found.indexOf(topic, i + 1) !== -1
      if (!isTwice) deleteTopic(ctx, topic)
      responses.push(answer(request, topic.name, topic.topicId, isTwice ? twice : undefined))
    }
  }
  publish(ctx)
  ctx.answer(request, { responses })
}

const twice: Refusal = { error: 'INVALID_REQUEST', message: 'Duplicate topic name.' }

function answer({ apiVersion }: Request, name: string | null, topicId: string, refusal: Refusal | undefined): Answer {
  return {
    name,
    ...(apiVersion >= 6 ? { topicId } : {}),
    errorCode: refusal === undefined ? 0 : errorCodes[refusal.error],
    ...(apiVersion >= 5 ? { errorMessage: refusal?.message ?? null } : {}),
  }
}

function find({ state }: Context, { name, topicId }: { name: string | null; topicId: string }): Topic | Refusal {
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
