import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { murmur2, partitionFor } from './partitioner.ts'

const kafkajs = createRequire(import.meta.url)('kafkajs/src/producer/partitioners/default/murmur2.js') as (
  key: Buffer,
) => number

test('murmur2 is the one that kafkajs has', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (key) => {
      expect(murmur2(key)).toBe(kafkajs(Buffer.from(key)))
    }),
  )
})

test('a key goes to one partition, records without a key go round', () => {
  expect([0, 1, 2, 3].map((index) => partitionFor(null, 3, index))).toEqual([0, 1, 2, 0])
  expect(partitionFor('a', 3, 0)).toBe(partitionFor('a', 3, 7))
})
