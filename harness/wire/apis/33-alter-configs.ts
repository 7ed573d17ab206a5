import { api, array, boolean, int8, int16, int32, string } from '../schema.ts'

// Replaces the whole configuration of a resource: what isn't named goes back to its default.
export const alterConfigs = api('AlterConfigs', {
  key: 33,
  versions: '0-2',
  flexible: '2+',
  request: {
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      configs: array({ name: string(), value: string({ nullable: true }) }),
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
