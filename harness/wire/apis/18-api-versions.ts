import { api, array, boolean, int16, int32, int64, string } from '../schema.ts'

// The response has header version 0 in every version, and an unknown version is answered in version 0 with
// UNSUPPORTED_VERSION (see frame.ts). From version 3 an odd client name or version answers INVALID_REQUEST.
export const apiVersions = api('ApiVersions', {
  key: 18,
  versions: '0-5',
  flexible: '3+',
  request: {
    clientSoftwareName: string({ in: '3+', ignorable: true }),
    clientSoftwareVersion: string({ in: '3+', ignorable: true }),
    // Whom the client believes to talk to: REBOOTSTRAP_REQUIRED when it is someone else (KIP-1242).
    clusterId: string({ in: '5+', nullable: '5+', or: null, ignorable: true }),
    nodeId: int32({ in: '5+', or: -1, ignorable: true }),
  },
  response: {
    errorCode: int16(),
    apiKeys: array({ apiKey: int16(), minVersion: int16(), maxVersion: int16() }),
    throttleTimeMs: int32({ in: '1+', ignorable: true }),
    supportedFeatures: array(
      { name: string(), minVersion: int16(), maxVersion: int16() },
      { in: '3+', tag: 0, ignorable: true },
    ),
    finalizedFeaturesEpoch: int64({ in: '3+', tag: 1, or: -1n, ignorable: true }),
    finalizedFeatures: array(
      { name: string(), maxVersionLevel: int16(), minVersionLevel: int16() },
      { in: '3+', tag: 2, ignorable: true },
    ),
    zkMigrationReady: boolean({ in: '3+', tag: 3, or: false, ignorable: true }),
  },
})
