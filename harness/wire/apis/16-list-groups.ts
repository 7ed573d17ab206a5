import { api, array, int16, int32, string } from '../schema.ts'

// Each broker lists the groups that it coordinates. COORDINATOR_LOAD_IN_PROGRESS while it loads.
export const listGroups = api('ListGroups', {
  key: 16,
  versions: '0-5',
  flexible: '3+',
  request: {
    statesFilter: array(string(), { in: '4+' }),
    typesFilter: array(string(), { in: '5+' }),
  },
  response: {
    throttleTimeMs: int32({ in: '1+', ignorable: true }),
    errorCode: int16(),
    groups: array({
      groupId: string(),
      protocolType: string(),
      groupState: string({ in: '4+', ignorable: true }),
      groupType: string({ in: '5+', ignorable: true }),
    }),
  },
})
