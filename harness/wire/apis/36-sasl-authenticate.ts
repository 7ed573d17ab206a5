import { api, bytes, int16, int64, string } from '../schema.ts'

// SASL_AUTHENTICATION_FAILED with a message, after which the broker closes the connection.
export const saslAuthenticate = api('SaslAuthenticate', {
  key: 36,
  versions: '0-2',
  flexible: '2+',
  request: { authBytes: bytes() },
  response: {
    errorCode: int16(),
    errorMessage: string({ nullable: true }),
    authBytes: bytes(),
    sessionLifetimeMs: int64({ in: '1+', or: 0n, ignorable: true }),
  },
})
