import fc from 'fast-check'
import type { BatchRef, Template } from '../sequence.ts'
import { type Ask, type Bodies, mostly, name, off, partition, since, topics } from './bodies.ts'

/** Who writes: nobody in particular, an idempotent producer, a transaction. */
const writers = fc.constantFrom('', '', 'p0', 'p0', 'x0', 'x0', 'x1')

const produce: Ask = (version) =>
  fc
    .record({
      of: writers,
      topic: topics,
      partition,
      count: fc.integer({ min: 1, max: 3 }),
      acks: mostly(fc.constantFrom(-1, 1), 0, 2),
      compression: mostly<'none' | 'gzip'>('none', 'gzip'),
      sequencePlus: off,
      epochPlus: off,
      plain: mostly(false, true),
      damage: mostly<BatchRef['damage']>(undefined, 'crc', 'cut', 'magic', 'empty', 'two'),
    })
    .map(({ of, topic, partition, count, acks, compression, sequencePlus, epochPlus, plain, damage }) => {
      const isTransactional = of.startsWith('x') && !plain
      const batch: BatchRef = {
        $: 'batch',
        ...{ of, topic, partition, count, compression },
        ...(isTransactional && { transactional: true }),
        ...(sequencePlus !== 0 && { sequencePlus }),
        ...(epochPlus !== 0 && { epochPlus }),
        ...(damage !== undefined && { damage }),
      }
      const partitionData: Template = [{ index: partition, records: batch }]
      return {
        body: {
          acks,
          timeoutMs: 5_000,
          topicData: [{ name: name(topic), partitionData }],
          ...since(version, 3, { transactionalId: isTransactional ? name(of) : null }),
        },
      }
    })

const fetch: Ask = (version) =>
  fc
    .record({
      topic: topics,
      partition,
      fetchOffset: mostly(fc.constantFrom(0n, 0n, 1n, 2n, 3n), 50n, -1n),
      partitionMaxBytes: mostly(1_048_576, 1, 100),
      maxBytes: mostly(1_048_576, 1, 120),
      isolationLevel: fc.constantFrom(0, 1),
      currentLeaderEpoch: mostly(-1, 0, 5),
      maxWaitMs: mostly(0, 60),
      minBytes: mostly(0, 1, 1_000_000),
    })
    .map(({ topic, partition, isolationLevel, currentLeaderEpoch, maxWaitMs, minBytes, maxBytes, ...rest }) => {
      const which = version >= 13 ? { topicId: { $: 'topicId', of: topic } as const } : { topic: name(topic) }
      const partitions = [{ partition, ...rest, ...since(version, 9, { currentLeaderEpoch }) }]
      return {
        body: {
          maxWaitMs,
          minBytes,
          topics: [{ ...which, partitions }],
          ...since(version, 3, { maxBytes }),
          ...since(version, 4, { isolationLevel }),
        },
      }
    })

const listOffsets: Ask = (version) =>
  fc
    .record({
      topic: topics,
      partition,
      timestamp: mostly(
        fc.constantFrom<Template>(
          -1n,
          -2n,
          ...(version >= 7 ? [-3n] : []),
          ...(version >= 8 ? [-4n] : []),
          ...(version >= 9 ? [-5n] : []),
        ),
        0n,
        { $: 'time', plus: 0 },
        { $: 'time', plus: 1 },
        4_000_000_000_000n,
        -9n,
      ),
      isolationLevel: fc.constantFrom(0, 1),
      currentLeaderEpoch: mostly(-1, 0, 5),
    })
    .map(({ topic, partition, timestamp, isolationLevel, currentLeaderEpoch }) => ({
      body: {
        replicaId: -1,
        topics: [
          {
            name: name(topic),
            partitions: [{ partitionIndex: partition, timestamp, ...since(version, 4, { currentLeaderEpoch }) }],
          },
        ],
        ...since(version, 2, { isolationLevel }),
      },
    }))

export const logBodies = { produce, fetch, listOffsets } satisfies Partial<Bodies>
