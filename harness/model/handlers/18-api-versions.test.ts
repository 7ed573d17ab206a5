import { describe, expect, it } from 'vitest'
import { apis } from '../../wire/apis/index.ts'
import { encodeRequestFrame } from '../../wire/frame.ts'
import { endpointsOf } from '../releases.ts'
import { ClusterStage } from '../testing/cluster-stage.ts'

describe('ApiVersions', () => {
  it('lists what is served, as 3.9 has it', () => {
    const { errorCode, apiKeys } = new ClusterStage().connect().ask('apiVersions', {})
    expect(errorCode).toBe(0)
    const listed = apiKeys.map(({ apiKey, minVersion, maxVersion }) => `${apiKey}: ${minVersion}-${maxVersion}`)
    expect(listed).toEqual(endpointsOf('3.9').map(({ key, min, max }) => `${key}: ${min}-${max}`))
    expect(listed).toContain('0: 0-11')
    expect(listed).toContain('1: 0-17')
    expect(apiKeys.map(({ apiKey }) => apiKey)).toEqual(apiKeys.map(({ apiKey }) => apiKey).sort((a, b) => a - b))
  })

  it('lists fewer as an older release', () => {
    const listed = (imitate: '2.8' | '3.9') => new ClusterStage({ imitate }).connect().ask('apiVersions', {}).apiKeys
    const newer = new Map(listed('3.9').map(({ apiKey, maxVersion }) => [apiKey, maxVersion]))
    const older = listed('2.8')
    expect(older.find(({ apiKey }) => apiKey === 0)?.maxVersion).toBe(9)
    expect(older.filter(({ apiKey, maxVersion }) => maxVersion > newer.get(apiKey)!)).toEqual([])
  })

  it('answers a version that it does not know in version 0, with its own versions (KIP-511)', () => {
    const stage = new ClusterStage()
    const client = stage.connect()
    const unknown = encodeRequestFrame(apis.apiVersions, 3, 1, 'x', {
      clientSoftwareName: 'n',
      clientSoftwareVersion: 'v',
    })
    new DataView(unknown.buffer, unknown.byteOffset).setInt16(6, 99)
    let answer: Uint8Array | undefined
    client.receive = (bytes) => {
      answer = bytes
    }
    client.taken = () => {}
    client.feed(unknown)
    // What 3.9.2 sends: correlation id 1, error 35, one API, 18, versions 0 to 4; no header version 1, no throttle time.
    expect(Buffer.from(answer!.subarray(4)).toString('hex')).toBe('00000001' + '0023' + '00000001' + '001200000004')
    expect(client.closed).toBeNull()
  })

  it('refuses software whose name is odd, from version 3 on', () => {
    const client = new ClusterStage().connect()
    const ask = (clientSoftwareName: string) =>
      client.ask('apiVersions', { clientSoftwareName, clientSoftwareVersion: '1.0' }, 3).errorCode
    expect([ask('kafkajs'), ask('-odd-'), ask('')]).toEqual([0, 42, 42])
  })
})
