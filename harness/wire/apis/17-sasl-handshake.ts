import { api, array, int16, string } from '../schema.ts'

// UNSUPPORTED_SASL_MECHANISM lists what the broker takes. After version 0 raw tokens follow, without Kafka's framing.
export const saslHandshake = api('SaslHandshake', {
  key: 17,
  versions: '0-1',
  request: { mechanism: string() },
  response: { errorCode: int16(), mechanisms: array(string()) },
})
