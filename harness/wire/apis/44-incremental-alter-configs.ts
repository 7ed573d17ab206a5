import { api, array, boolean, int8, int16, int32, string } from '../schema.ts'

// configOperation: 0 set, 1 delete, 2 append, 3 subtract.
export const incrementalAlterConfigs = api('IncrementalAlterConfigs', {
  key: 44,
  versions: '0-1',
  flexible: '1+',
  request: {
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      configs: array({ name: string(), configOperation: int8(), value: string({ nullable: true }) }),
    }),
    validateOnly: boolean(),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    responses: array({
      errorCode: int16(),
      errorMessage: string({ nullable: true }),
      resourceType: int8(),
      resourceName: string(),
    }),
  },
})
