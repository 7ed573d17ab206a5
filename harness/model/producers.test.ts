import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  expire,
  findDuplicate,
  follows,
  incrementSequence,
  markerRefusal,
  type ProducedBatch,
  type Producers,
  refusal,
  remember,
  rememberMarker,
} from './producers.ts'

const max = 0x7fff_ffff

/** A partition that appends what it does not refuse; offsets count up by the size of each batch. */
class Partition {
  readonly producers: Producers = new Map()
  end = 0n

  batch(epoch: number, baseSequence: number, records = 1, producerId = 1n): ProducedBatch {
    const lastOffsetDelta = records - 1
    return {
      producerId,
      producerEpoch: epoch,
      baseSequence,
      lastOffsetDelta,
      baseOffset: this.end,
      maxTimestamp: 0n,
      isTransactional: false,
    }
  }

  /** The offset it got, `was` the offset it had, or the error. */
  send(epoch: number, baseSequence: number, records = 1, producerId = 1n): string {
    const batch = this.batch(epoch, baseSequence, records, producerId)
    const before = findDuplicate(this.producers, batch)
    if (before !== undefined) return `was ${before.firstOffset}`
    const why = refusal(this.producers, batch, 'client')
    if (why !== undefined) return why
    remember(this.producers, batch)
    this.end += BigInt(records)
    return `at ${batch.baseOffset}`
  }
}

describe('an idempotent producer', () => {
  it('counts up within an epoch', () => {
    const partition = new Partition()
    expect(partition.send(0, 0, 3)).toBe('at 0')
    expect(partition.send(0, 3)).toBe('at 3')
    expect(partition.send(0, 5)).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(partition.send(0, 4)).toBe('at 4')
  })

  it('is told the old offset for any of its last five batches, and for no more', () => {
    const partition = new Partition()
    for (let i = 0; i < 6; i++) partition.send(0, i)
    expect([1, 2, 3, 4, 5].map((sequence) => partition.send(0, sequence))).toEqual(
      [1, 2, 3, 4, 5].map((o) => `was ${o}`),
    )
    // The sixth from the end looks like any other gap: Kafka 3.9 has no DUPLICATE_SEQUENCE_NUMBER left.
    expect(partition.send(0, 0)).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
  })

  it('has no duplicate in a batch of another size', () => {
    const partition = new Partition()
    partition.send(0, 0, 2)
    expect(partition.send(0, 0, 1)).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(partition.send(0, 0, 3)).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(partition.send(0, 1, 1)).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(partition.send(0, 0, 2)).toBe('was 0')
  })

  it('may begin anywhere where nothing is known of it', () => {
    const partition = new Partition()
    expect(partition.send(4, 17)).toBe('at 0')
    expect(partition.send(4, 18)).toBe('at 1')
    expect(partition.send(4, 17)).toBe('was 0')
  })

  it('begins a new epoch at 0, and has no old one after it', () => {
    const partition = new Partition()
    partition.send(0, 0)
    partition.send(0, 1)
    expect(partition.send(1, 2)).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(partition.send(1, 0)).toBe('at 2')
    expect(partition.send(0, 2)).toBe('INVALID_PRODUCER_EPOCH')
    // A duplicate of an old epoch is no duplicate any more.
    expect(partition.send(0, 1)).toBe('INVALID_PRODUCER_EPOCH')
    expect(partition.send(1, 1)).toBe('at 3')
  })

  it('goes from 2^31 - 1 to 0', () => {
    const partition = new Partition()
    // Sequences max-1, max, 0, 1.
    expect(partition.send(0, max - 1, 4)).toBe('at 0')
    expect(partition.send(0, 2)).toBe('at 4')
    expect(partition.send(0, max - 1, 4)).toBe('was 0')
    const other = new Partition()
    other.send(0, max)
    expect(other.send(0, 1)).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(other.send(0, 0)).toBe('at 1')
  })

  it('does not disturb another one', () => {
    const partition = new Partition()
    partition.send(0, 0, 1, 1n)
    expect(partition.send(0, 0, 1, 2n)).toBe('at 1')
    expect(partition.send(0, 1, 1, 1n)).toBe('at 2')
  })

  it('is forgotten a day after its last batch, and then may begin anywhere', () => {
    const partition = new Partition()
    partition.send(0, 0)
    expect(expire(partition.producers, 86_399_999n, 86_400_000n)).toEqual([])
    expect(expire(partition.producers, 86_400_000n, 86_400_000n)).toEqual([1n])
    expect(partition.send(0, 9)).toBe('at 1')
  })

  it('is not asked for sequences when the coordinator writes for it, but for its epoch', () => {
    const partition = new Partition()
    partition.send(3, 0)
    expect(refusal(partition.producers, partition.batch(3, -1), 'coordinator')).toBeUndefined()
    expect(refusal(partition.producers, partition.batch(2, -1), 'coordinator')).toBe('INVALID_PRODUCER_EPOCH')
  })

  it('however it retries, its records lie in the log once and in order', () => {
    // Each step sends batch `k` of a fixed sequence of batches; only the next new one or one of the last five can succeed.
    const steps = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), steps, (fromEnd, back) => {
        const partition = new Partition()
        const first = max - fromEnd
        const sequenceOf = (k: number) => incrementSequence(first, 2 * k)
        let sent = 0
        for (const jump of back) {
          const k = Math.max(0, sent - jump)
          const outcome = partition.send(0, sequenceOf(k), 2)
          if (k === sent) {
            expect(outcome).toBe(`at ${2 * k}`)
            sent++
          } else if (sent - k <= 5) {
            expect(outcome).toBe(`was ${2 * k}`)
          } else {
            expect(outcome).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
          }
        }
        expect(partition.end).toBe(BigInt(2 * sent))
      }),
    )
  })

  it('numbers wrap as in DefaultRecordBatch', () => {
    expect(incrementSequence(max, 1)).toBe(0)
    expect(incrementSequence(max - 1, 3)).toBe(1)
    expect(follows(max, 0)).toBe(true)
    expect(follows(5, 0)).toBe(false)
  })
})

describe('markers', () => {
  const marker = (producerEpoch: number, coordinatorEpoch = 0) => ({
    producerId: 1n,
    producerEpoch,
    coordinatorEpoch,
    timestamp: 0n,
  })
  const transactional = (partition: Partition, epoch: number, sequence: number) => ({
    ...partition.batch(epoch, sequence),
    isTransactional: true,
  })

  it('end what is open, and keep the window of their epoch', () => {
    const partition = new Partition()
    expect(remember(partition.producers, transactional(partition, 0, 0))).toBe(true)
    expect(remember(partition.producers, transactional(partition, 0, 1))).toBe(false)
    expect(rememberMarker(partition.producers, marker(0))).toBe(0n)
    expect(rememberMarker(partition.producers, marker(0))).toBeNull()
    expect(findDuplicate(partition.producers, partition.batch(0, 1))).toBeDefined()
    expect(partition.send(0, 2)).toBe('at 0')
  })

  it('bring a larger epoch, in which sequences begin at 0', () => {
    const partition = new Partition()
    partition.send(0, 0)
    rememberMarker(partition.producers, marker(1))
    expect([partition.send(0, 1), partition.send(1, 1), partition.send(1, 0)]).toEqual([
      'INVALID_PRODUCER_EPOCH',
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      'at 1',
    ])
  })

  it('of an older epoch or an older coordinator are refused', () => {
    const { producers } = new Partition()
    expect(markerRefusal(producers, marker(0))).toBeUndefined()
    rememberMarker(producers, marker(3, 5))
    expect(markerRefusal(producers, marker(2, 9))).toBe('INVALID_PRODUCER_EPOCH')
    expect(markerRefusal(producers, marker(3, 4))).toBe('TRANSACTION_COORDINATOR_FENCED')
    expect(markerRefusal(producers, marker(3, 5))).toBeUndefined()
  })

  it('a producer with a transaction open never expires', () => {
    const partition = new Partition()
    remember(partition.producers, transactional(partition, 0, 0))
    expect(expire(partition.producers, 10_000n, 1n)).toEqual([])
    rememberMarker(partition.producers, marker(0))
    expect(expire(partition.producers, 10_000n, 1n)).toEqual([1n])
  })
})
