import { api, array, int8, int16, int32, string } from '../schema.ts'

// keyType: 0 group, 1 transaction, 2 share group (version 6).
// COORDINATOR_NOT_AVAILABLE (host '', port -1, node -1) while the internal topic or its leader is missing.
export const findCoordinator = api('FindCoordinator', {
  key: 10,
  versions: '0-6',
  flexible: '3+',
  request: {
    key: string({ in: '0-3' }),
    keyType: int8({ in: '1+', or: 0 }),
    coordinatorKeys: array(string(), { in: '4+' }),
  },
  response: {
    throttleTimeMs: int32({ in: '1+', ignorable: true }),
    errorCode: int16({ in: '0-3' }),
    errorMessage: string({ in: '1-3', nullable: '1-3', ignorable: true }),
    nodeId: int32({ in: '0-3' }),
    host: string({ in: '0-3' }),
    port: int32({ in: '0-3' }),
    coordinators: array(
      {
        key: string(),
        nodeId: int32(),
        host: string(),
        port: int32(),
        errorCode: int16(),
        errorMessage: string({ nullable: true, ignorable: true }),
      },
      { in: '4+' },
    ),
  },
})
