import { api, array, int8, int16, int32, string } from '../schema.ts'

// A broker without an authorizer answers SECURITY_DISABLED. patternType: 1 any, 2 match, 3 literal, 4 prefixed.
export const describeAcls = api('DescribeAcls', {
  key: 29,
  versions: '0-3',
  flexible: '2+',
  request: {
    resourceTypeFilter: int8(),
    resourceNameFilter: string({ nullable: true }),
    patternTypeFilter: int8({ in: '1+', or: 3 }),
    principalFilter: string({ nullable: true }),
    hostFilter: string({ nullable: true }),
    operation: int8(),
    permissionType: int8(),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    errorCode: int16(),
    errorMessage: string({ nullable: true }),
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      patternType: int8({ in: '1+', or: 3 }),
      acls: array({ principal: string(), host: string(), operation: int8(), permissionType: int8() }),
    }),
  },
})
