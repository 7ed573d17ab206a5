import { api, array, boolean, bytes, int16, int32, string } from '../schema.ts'

// A group that nobody knows is state 'Dead' without an error; from version 6, GROUP_ID_NOT_FOUND.
export const describeGroups = api('DescribeGroups', {
  key: 15,
  versions: '0-6',
  flexible: '5+',
  request: {
    groups: array(string()),
    includeAuthorizedOperations: boolean({ in: '3+' }),
  },
  response: {
    throttleTimeMs: int32({ in: '1+', ignorable: true }),
    groups: array({
      errorCode: int16(),
      errorMessage: string({ in: '6+', nullable: '6+', or: null }),
      groupId: string(),
      // Empty, PreparingRebalance, CompletingRebalance, Stable, Dead; '' on error.
      groupState: string(),
      protocolType: string(),
      protocolData: string(),
      members: array({
        memberId: string(),
        groupInstanceId: string({ in: '4+', nullable: '4+', or: null, ignorable: true }),
        clientId: string(),
        clientHost: string(),
        memberMetadata: bytes(),
        memberAssignment: bytes(),
      }),
      authorizedOperations: int32({ in: '3+', or: -2147483648 }),
    }),
  },
})
