import { describe, expect, it } from 'vitest'
import {
  decodeTransactionKey,
  decodeTransactionValue,
  encodeTransactionKey,
  encodeTransactionValue,
} from './records.ts'
import { placeOf, type Stored } from './state.ts'

const partitions = (...places: [topic: string, partition: number][]): Stored['partitions'] =>
  new Map(places.map(([topic, partition]) => [placeOf({ topic, partition }), { topic, partition }]))

const stored: Stored = {
  transactionalId: 't',
  producerId: 7n,
  epoch: 3,
  timeoutMs: 60_000,
  phase: 'Ongoing',
  partitions: partitions(['a', 1], ['b', 0], ['a', 2]),
  startedAtMs: 5n,
  updatedAtMs: 6n,
}

describe('records of __transaction_state', () => {
  it('have the format of Kafka', () => {
    // Version 0, then the id with its length.
    expect(Buffer.from(encodeTransactionKey('t')).toString('hex')).toBe('0000' + '0001' + '74')
    const value =
      '0000' + // version
      '0000000000000007' + // producer id
      '0003' + // epoch
      '0000ea60' + // time-out
      '01' + // Ongoing
      '00000002' + // two topics
      '000161' +
      '00000002' +
      '00000001' +
      '00000002' + // a: 1, 2
      '000162' +
      '00000001' +
      '00000000' + // b: 0
      '0000000000000006' + // last update
      '0000000000000005' // start
    expect(Buffer.from(encodeTransactionValue(stored)).toString('hex')).toBe(value)
  })

  it('have no partitions at all while there is no transaction', () => {
    const value = encodeTransactionValue({ ...stored, phase: 'Empty', partitions: new Map(), startedAtMs: -1n })
    expect(Buffer.from(value).toString('hex')).toContain('ea60' + '00' + 'ffffffff')
  })

  it('are read again', () => {
    const phases = ['Empty', 'Ongoing', 'PrepareCommit', 'PrepareAbort', 'CompleteCommit', 'CompleteAbort'] as const
    for (const phase of phases) {
      const one: Stored = { ...stored, phase, partitions: phase === 'Empty' ? new Map() : stored.partitions }
      const read = decodeTransactionValue('t', encodeTransactionValue(one))
      expect({ ...read, partitions: new Set(read.partitions.keys()) }).toEqual({
        ...one,
        partitions: new Set(one.partitions.keys()),
      })
    }
    expect(decodeTransactionKey(encodeTransactionKey('t'))).toBe('t')
    expect(decodeTransactionKey(Uint8Array.of(0, 9))).toBeNull()
  })
})
