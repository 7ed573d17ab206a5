import { api, array, boolean, bytes, int16, int32, string } from '../schema.ts'

// From version 4 a first join without member id answers MEMBER_ID_REQUIRED and the id to come back with (not for static
// members, version 5). Only the leader's answer lists the members.
export const joinGroup = api('JoinGroup', {
  key: 11,
  versions: '0-9',
  flexible: '6+',
  request: {
    groupId: string(),
    sessionTimeoutMs: int32(),
    // Version 0: the session timeout serves for both.
    rebalanceTimeoutMs: int32({ in: '1+', or: -1, ignorable: true }),
    memberId: string(),
    groupInstanceId: string({ in: '5+', nullable: '5+', or: null }),
    protocolType: string(),
    protocols: array({ name: string(), metadata: bytes() }),
    reason: string({ in: '8+', nullable: '8+', or: null, ignorable: true }),
  },
  response: {
    throttleTimeMs: int32({ in: '2+', ignorable: true }),
    errorCode: int16(),
    generationId: int32({ or: -1 }),
    protocolType: string({ in: '7+', nullable: '7+', or: null, ignorable: true }),
    // Null on error from version 7 on, '' before.
    protocolName: string({ nullable: '7+' }),
    leader: string(),
    skipAssignment: boolean({ in: '9+', or: false }),
    memberId: string(),
    members: array({
      memberId: string(),
      groupInstanceId: string({ in: '5+', nullable: '5+', or: null, ignorable: true }),
      metadata: bytes(),
    }),
  },
})
