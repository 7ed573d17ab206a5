import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './group-protocol.ts'

const { MemberAssignment, MemberMetadata } = createRequire(import.meta.url)('kafkajs/src/consumer/assignerProtocol')

describe('with kafkajs as the other side', () => {
  test('its subscription', () => {
    // It always writes what version 0 has, also where a custom assigner says that it has version 1.
    for (const version of [0, 1]) {
      const encoded = MemberMetadata.encode({ version, topics: ['a', 'b'], userData: Buffer.from('x') })
      expect(decodeSubscription(encoded)).toEqual({
        version,
        topics: ['a', 'b'],
        userData: new Uint8Array([0x78]),
        ownedPartitions: [],
        generationId: -1,
        rackId: null,
      })
    }
    expect(MemberMetadata.decode(Buffer.from(encodeSubscription(0, { topics: ['é'] })))).toMatchObject({
      version: 0,
      topics: ['é'],
    })
  })

  test('its assignment', () => {
    const encoded = MemberAssignment.encode({ version: 1, assignment: { a: [0, 2], b: [1] } })
    const assignedPartitions = [
      { topic: 'a', partitions: [0, 2] },
      { topic: 'b', partitions: [1] },
    ]
    expect(decodeAssignment(encoded)).toEqual({ version: 1, assignedPartitions, userData: new Uint8Array(0) })
    const ours = encodeAssignment(1, { assignedPartitions, userData: new Uint8Array(0) })
    expect(ours).toEqual(new Uint8Array(encoded))
    expect(MemberAssignment.decode(Buffer.from(ours))).toMatchObject({ assignment: { a: [0, 2], b: [1] } })
  })
})

test('a member that owns nothing may get no bytes at all', () => {
  expect(decodeAssignment(new Uint8Array(0)).assignedPartitions).toEqual([])
})

test('a newer version is read as the newest known, and what follows is left alone', () => {
  const newest = encodeSubscription(3, { topics: ['t'], generationId: 4, rackId: 'r' })
  const newer = new Uint8Array([0, 9, ...newest.subarray(2), 1, 2, 3])
  expect(decodeSubscription(newer)).toMatchObject({ version: 9, topics: ['t'], generationId: 4, rackId: 'r' })
})
