import { api, array, int8, int16, int32, string } from '../schema.ts'

// A broker without an authorizer answers SECURITY_DISABLED, for each.
export const createAcls = api('CreateAcls', {
  key: 30,
  versions: '0-3',
  flexible: '2+',
  request: {
    creations: array({
      resourceType: int8(),
      resourceName: string(),
      resourcePatternType: int8({ in: '1+', or: 3 }),
      principal: string(),
      host: string(),
      operation: int8(),
      permissionType: int8(),
    }),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    results: array({ errorCode: int16(), errorMessage: string({ nullable: true }) }),
  },
})
