import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apis, byKey } from './apis/index.ts'
import {
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponseFrame,
  encodeRequestFrame,
  encodeResponseFrame,
  FrameSplitter,
  hasResponse,
  requestHeaderVersion,
  responseHeaderVersion,
} from './frame.ts'
import type { Api } from './schema.ts'
import { messageArbitrary } from './testing/message-arbitrary.ts'
import { WireError } from './wire-error.ts'

const seed = 20
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

/** Takes the length off, as a splitter does. */
function unframed(bytes: Uint8Array): Uint8Array {
  const frames = new FrameSplitter().feed(bytes)
  expect(frames).toHaveLength(1)
  return frames[0]!
}

describe('headers', () => {
  test('request header v1: clientId with two bytes of length, then the body', () => {
    const bytes = encodeRequestFrame(apis.heartbeat, 0, 5, 'me', { groupId: 'g', generationId: 1, memberId: '' })
    expect(bytes).toEqual(hex('00000015 000c 0000 00000005 0002 6d65 0001 67 00000001 0000'))
    expect(decodeRequestHeader(unframed(bytes))).toEqual({
      apiKey: 12,
      apiVersion: 0,
      correlationId: 5,
      clientId: 'me',
      headerVersion: 1,
      bodyOffset: 12,
    })
  })

  test('request header v2: clientId is still not compact, a tag section follows', () => {
    const bytes = encodeRequestFrame(apis.apiVersions, 3, 5, 'me', {
      clientSoftwareName: 'a',
      clientSoftwareVersion: '1',
    })
    expect(bytes).toEqual(hex('00000012 0012 0003 00000005 0002 6d65 00 02 61 02 31 00'))
    expect(decodeRequestHeader(unframed(bytes))).toMatchObject({ clientId: 'me', headerVersion: 2, bodyOffset: 13 })
  })

  test('tagged fields in a header are skipped', () => {
    const frame = hex('000c 0004 00000005 ffff 01 63 02 abcd 02 67 00000001 01 00 00')
    const header = decodeRequestHeader(frame)
    expect(header).toMatchObject({ clientId: null, bodyOffset: 15 })
    expect(decodeRequestBody(apis.heartbeat, header, frame)).toMatchObject({ groupId: 'g', groupInstanceId: null })
  })

  test('ControlledShutdown v0 has no clientId', () => {
    expect(decodeRequestHeader(hex('0007 0000 00000005 00000001'))).toMatchObject({ clientId: null, bodyOffset: 8 })
  })

  test('an API that is not declared has a readable header', () => {
    expect(byKey.has(999)).toBe(false)
    expect(decodeRequestHeader(hex('03e7 0009 00000005 0001 63'))).toMatchObject({ apiKey: 999, clientId: 'c' })
  })

  test('header versions follow the flexible versions', () => {
    for (const api of byKey.values()) {
      for (let version = api.versions.min; version <= api.versions.max; version++) {
        const flexible = api.flexible !== undefined && version >= api.flexible.min
        expect(requestHeaderVersion(api.key, version)).toBe(flexible ? 2 : 1)
        expect(responseHeaderVersion(api, version)).toBe(flexible && api.name !== 'ApiVersions' ? 1 : 0)
      }
    }
  })
})

describe('exceptions', () => {
  test('the response of ApiVersions has header v0 in every version', () => {
    const body = { errorCode: 0, apiKeys: [] }
    expect(encodeResponseFrame(apis.apiVersions, 3, 9, body)).toEqual(hex('0000000c 00000009 0000 01 00000000 00'))
    expect(encodeResponseFrame(apis.heartbeat, 4, 9, { errorCode: 0 })).toEqual(
      hex('0000000c 00000009 00 00000000 0000 00'),
    )
  })

  test('ApiVersions of an unknown version is answered, and read, in version 0', () => {
    const body = { errorCode: 35, apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }] }
    const bytes = encodeResponseFrame(apis.apiVersions, 99, 9, body)
    expect(bytes).toEqual(hex('00000010 00000009 0023 00000001 0012 0000 0004'))
    // A client that asked in version 3 because it knows no better.
    expect(decodeResponseFrame(apis.apiVersions, 3, unframed(bytes)).body).toMatchObject(body)
  })

  test('Produce with acks=0 is not answered', () => {
    expect(hasResponse(apis.produce, { acks: 0 })).toBe(false)
    expect(hasResponse(apis.produce, { acks: 1 })).toBe(true)
    expect(hasResponse(apis.heartbeat, {})).toBe(true)
  })
})

describe('whole frames', () => {
  test('requests and responses of every API and version come back', () => {
    for (const api of byKey.values() as Iterable<Api>) {
      for (let version = api.versions.min; version <= api.versions.max; version++) {
        const correlation = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
        const law = fc.property(
          messageArbitrary(api.request, version),
          messageArbitrary(api.response, version),
          correlation,
          fc.option(fc.string()),
          (request, response, id, clientId) => {
            const asked = unframed(encodeRequestFrame(api, version, id, clientId, request))
            const header = decodeRequestHeader(asked)
            expect(header).toMatchObject({ apiKey: api.key, apiVersion: version, correlationId: id, clientId })
            expect(decodeRequestBody(api, header, asked)).toEqual(request)
            // Not an ApiVersions answer that says "version 0" by its error code.
            if (api === (apis.apiVersions as Api) && (response as { errorCode: number }).errorCode === 35) return
            const answered = unframed(encodeResponseFrame(api, version, id, response))
            expect(decodeResponseFrame(api, version, answered)).toEqual({ correlationId: id, body: response })
          },
        )
        fc.assert(law, { seed, numRuns: 5 })
      }
    }
  })

  test('what follows a body is an error', () => {
    const frame = new Uint8Array([...unframed(encodeResponseFrame(apis.heartbeat, 0, 1, { errorCode: 0 })), 7])
    expect(() => decodeResponseFrame(apis.heartbeat, 0, frame)).toThrow('HeartbeatResponse v0: 1 bytes follow its end')
  })

  test('a damaged header is a WireError', () => {
    const bytes = fc.uint8Array({ maxLength: 30 })
    const law = fc.property(bytes, (frame) => {
      try {
        decodeRequestHeader(frame)
      } catch (error) {
        expect(error).toBeInstanceOf(WireError)
      }
    })
    fc.assert(law, { seed, numRuns: 2_000 })
  })
})

describe('FrameSplitter', () => {
  const stream = (frames: Uint8Array[]) =>
    Buffer.concat(
      frames.flatMap((frame) => {
        const length = Buffer.alloc(4)
        length.writeInt32BE(frame.length)
        return [length, frame]
      }),
    )

  /** Cuts `bytes` at the given places. */
  function chunks(bytes: Uint8Array, cuts: number[]): Uint8Array[] {
    const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
    return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
  }

  const frames = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 })
  const cuts = fc.array(fc.nat(300), { maxLength: 20 })

  test('gives the same frames wherever the stream was cut', () => {
    const law = fc.property(frames, cuts, (sent, places) => {
      const splitter = new FrameSplitter()
      const received = chunks(stream(sent), places).flatMap((chunk) => splitter.feed(chunk))
      expect(received.map((frame) => [...frame])).toEqual(sent.map((frame) => [...frame]))
      expect(splitter.held).toBe(0)
      expect(splitter.failure).toBeUndefined()
    })
    fc.assert(law, { seed, numRuns: 1_000 })
  })

  test('byte by byte, also inside the length', () => {
    const splitter = new FrameSplitter()
    const received = [...stream([hex('0102'), hex(''), hex('03')])].map((byte) => splitter.feed(new Uint8Array([byte])))
    expect(received.map((list) => list.map((frame) => [...frame]))).toEqual([
      ...[[], [], [], [], [], [[1, 2]]],
      ...[[], [], [], [[]]],
      ...[[], [], [], [], [[3]]],
    ])
  })

  test('a length that no frame can have ends the stream, wherever it was cut', () => {
    const lengths = fc.constantFrom(-1, -(2 ** 31), 41, 2 ** 31 - 1)
    const law = fc.property(frames, lengths, fc.uint8Array({ maxLength: 20 }), cuts, (sent, length, rest, places) => {
      const bad = Buffer.alloc(4)
      bad.writeInt32BE(length)
      const splitter = new FrameSplitter(40)
      const bytes = Buffer.concat([stream(sent), bad, rest])
      const received = chunks(bytes, places).flatMap((chunk) => splitter.feed(chunk))
      expect(received.map((frame) => [...frame])).toEqual(sent.map((frame) => [...frame]))
      expect(splitter.failure).toBeInstanceOf(WireError)
      expect(splitter.failure!.message).toBe(`frame: a length of ${length} bytes; 0 to 40 are allowed`)
    })
    fc.assert(law, { seed, numRuns: 500 })
  })
})
