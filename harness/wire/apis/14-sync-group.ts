import { api, array, bytes, int16, int32, string } from '../schema.ts'

// Only the leader sends assignments; everyone's answer waits for them. From version 5 a protocol that differs from the
// group's answers INCONSISTENT_GROUP_PROTOCOL.
export const syncGroup = api('SyncGroup', {
  key: 14,
  versions: '0-5',
  flexible: '4+',
  request: {
    groupId: string(),
    generationId: int32(),
    memberId: string(),
    groupInstanceId: string({ in: '3+', nullable: '3+', or: null }),
    protocolType: string({ in: '5+', nullable: '5+', or: null, ignorable: true }),
    protocolName: string({ in: '5+', nullable: '5+', or: null, ignorable: true }),
    assignments: array({ memberId: string(), assignment: bytes() }),
  },
  response: {
    throttleTimeMs: int32({ in: '1+', ignorable: true }),
    errorCode: int16(),
    protocolType: string({ in: '5+', nullable: '5+', or: null, ignorable: true }),
    protocolName: string({ in: '5+', nullable: '5+', or: null, ignorable: true }),
    assignment: bytes(),
  },
})
