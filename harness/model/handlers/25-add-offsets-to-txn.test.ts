import { expect, it } from 'vitest'
import { begun, TransactionStage } from '../testing/transaction-stage.ts'

it('AddOffsetsToTxn brings the partition of the group into the transaction', () => {
  const stage = new TransactionStage()
  const producer = begun(stage, 't')
  expect(producer.addOffsets('g')).toBe('NONE')
  // 'g' is one character, 103; of 4 partitions.
  expect([...stage.transaction('t')!.partitions.keys()]).toEqual([`__consumer_offsets/${103 % 4}`])
  producer.epoch = 3
  expect(producer.addOffsets('g')).toBe('INVALID_PRODUCER_EPOCH')
  producer.version = 2
  expect(producer.addOffsets('g')).toBe('PRODUCER_FENCED')
})
