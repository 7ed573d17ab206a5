import { api, array, boolean, int8, int16, int32, string } from '../schema.ts'

// resourceType: 2 topic, 4 broker. configSource: 1 dynamic topic, 4 static broker, 5 default. Null keys mean all.
export const describeConfigs = api('DescribeConfigs', {
  key: 32,
  versions: '0-4',
  flexible: '4+',
  request: {
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      configurationKeys: array(string(), { nullable: true }),
    }),
    includeSynonyms: boolean({ in: '1+', or: false }),
    includeDocumentation: boolean({ in: '3+', or: false }),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    results: array({
      errorCode: int16(),
      errorMessage: string({ nullable: true }),
      resourceType: int8(),
      resourceName: string(),
      configs: array({
        name: string(),
        value: string({ nullable: true }),
        readOnly: boolean(),
        isDefault: boolean({ in: '0' }),
        configSource: int8({ in: '1+', or: -1, ignorable: true }),
        isSensitive: boolean(),
        synonyms: array(
          { name: string(), value: string({ nullable: true }), source: int8() },
          { in: '1+', ignorable: true },
        ),
        configType: int8({ in: '3+', or: 0, ignorable: true }),
        documentation: string({ in: '3+', nullable: true, ignorable: true }),
      }),
    }),
  },
})
