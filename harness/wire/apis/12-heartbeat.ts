import { api, int16, int32, string } from '../schema.ts'

// REBALANCE_IN_PROGRESS means: join again. ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID; FENCED_INSTANCE_ID from version 3.
export const heartbeat = api('Heartbeat', {
  key: 12,
  versions: '0-4',
  flexible: '4+',
  request: {
    groupId: string(),
    generationId: int32(),
    memberId: string(),
    groupInstanceId: string({ in: '3+', nullable: '3+', or: null }),
  },
  response: {
    throttleTimeMs: int32({ in: '1+', ignorable: true }),
    errorCode: int16(),
  },
})
