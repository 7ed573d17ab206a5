import { api, array, int16, int32, string, uuid } from '../schema.ts'

// UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID (version 6), TOPIC_DELETION_DISABLED (version 3), NOT_CONTROLLER.
export const deleteTopics = api('DeleteTopics', {
  key: 20,
  versions: '0-6',
  flexible: '4+',
  request: {
    topics: array({ name: string({ nullable: true, or: null }), topicId: uuid() }, { in: '6+' }),
    topicNames: array(string(), { in: '0-5', ignorable: true }),
    timeoutMs: int32(),
  },
  response: {
    throttleTimeMs: int32({ in: '1+', ignorable: true }),
    responses: array({
      name: string({ nullable: '6+' }),
      topicId: uuid({ in: '6+', ignorable: true }),
      errorCode: int16(),
      errorMessage: string({ in: '5+', nullable: '5+', or: null, ignorable: true }),
    }),
  },
})
