import { api, array, int16, int32, string } from '../schema.ts'

// From version 3 several members leave at once, with an error each; before, the one error is at the top.
export const leaveGroup = api('LeaveGroup', {
  key: 13,
  versions: '0-5',
  flexible: '4+',
  request: {
    groupId: string(),
    memberId: string({ in: '0-2' }),
    members: array(
      {
        memberId: string(),
        groupInstanceId: string({ nullable: true, or: null }),
        reason: string({ in: '5+', nullable: '5+', or: null, ignorable: true }),
      },
      { in: '3+' },
    ),
  },
  response: {
    throttleTimeMs: int32({ in: '1+', ignorable: true }),
    errorCode: int16(),
    members: array(
      { memberId: string(), groupInstanceId: string({ nullable: true }), errorCode: int16() },
      { in: '3+' },
    ),
  },
})
