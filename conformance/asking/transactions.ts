import fc from 'fast-check'
import type { Template } from '../sequence.ts'
import {
  type Ask,
  type Bodies,
  group,
  INTERNAL,
  membership,
  mostly,
  name,
  nameOf,
  off,
  partition,
  since,
  TOO_LONG,
  topic,
  topics,
  transactional,
  usually,
} from './bodies.ts'

const initProducerId: Ask = (version) =>
  fc
    .record({
      as: fc.constantFrom('p0', 'x0', 'x0', 'x1'),
      transactionTimeoutMs: usually(60_000, 0, 1_000_000_000),
      comesBack: fc.boolean(),
      isHalf: usually(false, true),
      plus: fc.constantFrom(0, 0, -1, 1, 1),
      isNameless: usually(false, true),
    })
    .map(({ as, transactionTimeoutMs, comesBack, isHalf, plus, isNameless }) => ({
      as,
      body: {
        transactionalId: as === 'p0' ? null : isNameless ? '' : name(as),
        transactionTimeoutMs,
        ...(comesBack &&
          since(version, 3, {
            producerId: { $: 'producerId', of: as },
            ...(!isHalf && { producerEpoch: { $: 'producerEpoch', of: as, plus } }),
          })),
      },
    }))

/** Which producer it says to be: mostly who it is. */
const producer = fc
  .record({
    of: transactional,
    as: fc.constantFrom('x0', 'x1'),
    lies: usually(false, true),
    idPlus: usually(0, 1_000_000),
    epochPlus: off,
    isNameless: usually(false, true),
  })
  .map(({ of, as, lies, idPlus, epochPlus, isNameless }) => ({
    transactionalId: isNameless ? '' : name(of),
    producerId: { $: 'producerId', of: lies ? as : of, plus: idPlus } as const,
    producerEpoch: { $: 'producerEpoch', of, plus: epochPlus } as const,
  }))

const addPartitionsToTxn: Ask = (version) =>
  fc
    .record({
      producer,
      topic: usually(topics, INTERNAL),
      partition,
      more: fc.boolean(),
      verifyOnly: mostly(false, true),
    })
    .map(({ producer: { transactionalId, producerId, producerEpoch }, topic, partition, more, verifyOnly }) => {
      const partitions = more && partition !== 0 ? [0, partition] : [partition]
      const topics: Template = [{ name: nameOf(topic), partitions }]
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
      membership,
      isNowhere: usually(false, true),
      inside: fc.boolean(),
      instance: fc.constantFrom(null, null, 'i0'),
      plus: off,
      topic,
      partition,
      committedOffset: fc.constantFrom(0n, 1n, 5n),
      committedMetadata: mostly('', TOO_LONG),
    })
    .map(({ producer, membership: { member, group }, isNowhere, inside, instance, plus, topic, ...commit }) => {
      const { partition: partitionIndex, ...rest } = commit
      return {
        body: {
          ...producer,
          groupId: isNowhere ? '' : name(group),
          topics: [{ name: topic, partitions: [{ partitionIndex, ...rest }] }],
          ...(inside &&
            since(version, 3, {
              memberId: { $: 'memberId', of: member },
              generationIdOrMemberEpoch: { $: 'generation', of: member, plus },
              groupInstanceId: instance === null ? null : name(instance),
            })),
        },
      }
    })

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
