import fc from 'fast-check'
import type { Template } from '../sequence.ts'
import {
  type Ask,
  type Bodies,
  group,
  member,
  mostly,
  name,
  off,
  partition,
  since,
  topic,
  transactional,
} from './bodies.ts'

const initProducerId: Ask = (version) =>
  fc
    .record({
      as: fc.constantFrom('p0', 'x0', 'x0', 'x1'),
      transactionTimeoutMs: mostly(60_000, 0, 1_000_000_000),
      comesBack: mostly(false, true),
      plus: off,
    })
    .map(({ as, transactionTimeoutMs, comesBack, plus }) => ({
      as,
      body: {
        transactionalId: as === 'p0' ? null : name(as),
        transactionTimeoutMs,
        ...(comesBack &&
          since(version, 3, {
            producerId: { $: 'producerId', of: as },
            producerEpoch: { $: 'producerEpoch', of: as, plus },
          })),
      },
    }))

/** Which producer it says to be: mostly who it is. */
const producer = fc
  .record({
    of: transactional,
    as: fc.constantFrom('x0', 'x1'),
    lies: mostly(false, true),
    idPlus: mostly(0, 1_000_000),
    epochPlus: off,
  })
  .map(({ of, as, lies, idPlus, epochPlus }) => ({
    transactionalId: name(of),
    producerId: { $: 'producerId', of: lies ? as : of, plus: idPlus } as const,
    producerEpoch: { $: 'producerEpoch', of, plus: epochPlus } as const,
  }))

const addPartitionsToTxn: Ask = (version) =>
  fc
    .record({ producer, topic, partition, more: fc.boolean(), verifyOnly: mostly(false, true) })
    .map(({ producer: { transactionalId, producerId, producerEpoch }, topic, partition, more, verifyOnly }) => {
      const topics: Template = [{ name: topic, partitions: more && partition !== 0 ? [0, partition] : [partition] }]
      return {
        body:
          version >= 4
            ? { transactions: [{ transactionalId, producerId, producerEpoch, verifyOnly, topics }] }
            : {
                v3AndBelowTransactionalId: transactionalId,
                v3AndBelowProducerId: producerId,
                v3AndBelowProducerEpoch: producerEpoch,
                v3AndBelowTopics: topics,
              },
      }
    })

const addOffsetsToTxn: Ask = () =>
  fc.record({ producer, group }).map(({ producer, group }) => ({ body: { ...producer, groupId: name(group) } }))

const txnOffsetCommit: Ask = (version) =>
  fc
    .record({
      producer,
      group,
      member,
      inside: fc.boolean(),
      plus: off,
      topic,
      partition,
      committedOffset: fc.constantFrom(0n, 1n, 5n),
    })
    .map(({ producer, group, member, inside, plus, topic, partition, committedOffset }) => ({
      body: {
        ...producer,
        groupId: name(group),
        topics: [{ name: topic, partitions: [{ partitionIndex: partition, committedOffset, committedMetadata: '' }] }],
        ...(inside &&
          since(version, 3, {
            memberId: { $: 'memberId', of: member },
            generationIdOrMemberEpoch: { $: 'generation', of: member, plus },
          })),
      },
    }))

const endTxn: Ask = () =>
  fc
    .record({ producer, committed: fc.boolean() })
    .map(({ producer, committed }) => ({ body: { ...producer, committed } }))

export const transactionBodies = {
  initProducerId,
  addPartitionsToTxn,
  addOffsetsToTxn,
  txnOffsetCommit,
  endTxn,
} satisfies Partial<Bodies>
