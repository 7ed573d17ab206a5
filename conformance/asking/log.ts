import fc from 'fast-check'
import { STRICT_BYTES } from '../seats.ts'
import type { BatchRef, Template } from '../sequence.ts'
import {
  type Ask,
  type Asked,
  type Bodies,
  INTERNAL,
  mostly,
  name,
  nameOf,
  off,
  partition,
  since,
  topics,
  usually,
} from './bodies.ts'

/** Who writes: nobody in particular, an idempotent producer, a transaction. */
const writers = fc.constantFrom('', '', 'p0', 'p0', 'x0', 'x0', 'x1')

/** What STRICT does not take, and other topics do. */
const STRICTLY_NOT = [
  // Too long for a message, and one of them for a segment alone.
  { paddedBy: STRICT_BYTES.message },
  { paddedBy: STRICT_BYTES.segment - 60 },
  { isKeyless: true },
  { plusMs: -7_200_000 },
] as const
const damages = ['crc', 'cut', 'magic', 'empty', 'two', 'codec', 'stamped'] as const

const produce: Ask = (version) =>
  fc
    .record({
      of: writers,
      topic: usually(topics, INTERNAL),
      partition,
      count: fc.integer({ min: 1, max: 3 }),
      acks: mostly(fc.constantFrom(-1, 1), 0, 2),
      timeoutMs: mostly(5_000, 0),
      compression: mostly<'none' | 'gzip'>('none', 'gzip'),
      sequencePlus: off,
      epochPlus: off,
      plain: mostly(false, true),
      odd: mostly<Pick<BatchRef, 'damage'>>(
        {},
        ...damages.map((damage) => ({ damage })),
        // From 7 on it would be opened, and is no such thing.
        ...(version < 7 ? [{ damage: 'zstd' as const }] : []),
      ),
      over: fc.constantFrom({}, {}, ...STRICTLY_NOT),
      id: usually<'own' | 'none' | ''>('own', 'none', ''),
      alsoBy: mostly<string | undefined>(undefined, 'x0', 'x1'),
    })
    .map(({ of, topic, partition, count, acks, timeoutMs, compression, sequencePlus, epochPlus, plain, ...rest }) => {
      const isTransactional = of.startsWith('x') && !plain
      const { odd, over, id, alsoBy } = rest
      const transactionalId = !isTransactional || id === 'none' ? null : id === '' ? '' : name(of)
      const batch: BatchRef = {
        $: 'batch',
        ...{ of, topic, partition, count, compression },
        ...(isTransactional && { transactional: true }),
        ...(sequencePlus !== 0 && { sequencePlus }),
        ...(epochPlus !== 0 && { epochPlus }),
        ...(topic === 't5' ? over : {}),
        ...odd,
      }
      // All of a request are of one transaction.
      const other: BatchRef | undefined =
        alsoBy === undefined || !isTransactional
          ? undefined
          : { $: 'batch', of: alsoBy, topic, partition: 1 - partition, count: 1, transactional: true }
      const partitionData: Template = [
        { index: partition, records: batch },
        ...(other === undefined ? [] : [{ index: other.partition, records: other }]),
      ]
      return {
        body: {
          acks,
          timeoutMs,
          topicData: [{ name: nameOf(topic), partitionData }],
          ...since(version, 3, { transactionalId }),
        },
      }
    })

/** Of whom a reader takes for the leader. Nobody leads for the sixth time. */
const epochs = usually(fc.constantFrom(-1, -1, -1, 0), 5)

const fetch: Ask = (version) =>
  fc
    .record({
      topic: topics,
      partition,
      fetchOffset: mostly(fc.constantFrom(0n, 0n, 0n, 1n, 1n, 2n, 3n), 50n, -1n),
      partitionMaxBytes: mostly(1_048_576, 1, 100, -1),
      maxBytes: mostly(1_048_576, 1, 120),
      isolationLevel: fc.constantFrom(0, 1),
      currentLeaderEpoch: epochs,
      maxWaitMs: mostly(0, 60),
      minBytes: mostly(0, 1, 1_000_000),
      // Of nobody's session.
      session: usually<Asked['body']>({}, { sessionId: 0, sessionEpoch: 3 }, { sessionId: 4_711, sessionEpoch: 1 }),
    })
    .map(
      ({ topic, partition, isolationLevel, currentLeaderEpoch, maxWaitMs, minBytes, maxBytes, session, ...rest }) => {
        const which = version >= 13 ? { topicId: { $: 'topicId', of: topic } as const } : { topic: name(topic) }
        const partitions = [{ partition, ...rest, ...since(version, 9, { currentLeaderEpoch }) }]
        return {
          body: {
            maxWaitMs,
            minBytes,
            topics: [{ ...which, partitions }],
            ...since(version, 3, { maxBytes }),
            ...since(version, 4, { isolationLevel }),
            ...since(version, 7, session),
          },
        }
      },
    )

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
      currentLeaderEpoch: epochs,
      isTwice: usually(false, true),
    })
    .map(({ topic, partition, timestamp, isolationLevel, currentLeaderEpoch, isTwice }) => {
      const one = { partitionIndex: partition, timestamp, ...since(version, 4, { currentLeaderEpoch }) }
      const topics = [{ name: name(topic), partitions: isTwice ? [one, one] : [one] }]
      return { body: { replicaId: -1, topics, ...since(version, 2, { isolationLevel }) } }
    })

export const logBodies = { produce, fetch, listOffsets } satisfies Partial<Bodies>
