import { api, array, int16, int32, string } from '../schema.ts'

// NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND, and the errors of a coordinator that moved.
export const deleteGroups = api('DeleteGroups', {
  key: 42,
  versions: '0-3',
  flexible: '2+',
  request: { groupsNames: array(string()) },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    results: array({
      groupId: string(),
      errorCode: int16(),
      errorMessage: string({ in: '3+', nullable: '3+', or: null, ignorable: true }),
    }),
  },
})
