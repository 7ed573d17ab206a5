/**
 * What the coordinator writes into `__transaction_state`, in Kafka's own format
 * (`transaction-coordinator/src/main/resources/common/message`): TransactionLogKey and -Value. 3.9 writes version 0 of the value unless
 * the feature transaction.version says otherwise; 1 is flexible and says the same.
 */

import { Reader } from '../../wire/primitives.ts'
import {
  array,
  int8,
  int16,
  int32,
  int64,
  message,
  readMessage,
  string,
  writeMessage,
  written,
} from '../../wire/schema.ts'
import type { TopicPartition } from '../group/offsets.ts'
import { phaseIds, placeOf, type Stored, type TransactionPhase } from './state.ts'

const key = message('TransactionLogKey', { versions: '0', fields: { transactionalId: string() } })

const value = message('TransactionLogValue', {
  versions: '0-1',
  flexible: '1+',
  fields: {
    producerId: int64(),
    producerEpoch: int16(),
    transactionTimeoutMs: int32(),
    transactionStatus: int8(),
    // Null while there is no transaction.
    transactionPartitions: array({ topic: string(), partitionIds: array(int32()) }, { nullable: true }),
    transactionLastUpdateTimestampMs: int64(),
    transactionStartTimestampMs: int64(),
  },
})

const phases = new Map(Object.entries(phaseIds).map(([phase, id]) => [id, phase as TransactionPhase]))

export function encodeTransactionKey(transactionalId: string): Uint8Array {
  return written((writer) => {
    writer.int16(0, key.name)
    writeMessage(writer, key, 0, { transactionalId })
  })
}

export function encodeTransactionValue(stored: Stored): Uint8Array {
  return written((writer) => {
    writer.int16(0, value.name)
    writeMessage(writer, value, 0, {
      producerId: stored.producerId,
      producerEpoch: stored.epoch,
      transactionTimeoutMs: stored.timeoutMs,
      transactionStatus: phaseIds[stored.phase],
      transactionPartitions: stored.phase === 'Empty' ? null : byTopic(stored.partitions.values()),
      transactionLastUpdateTimestampMs: stored.updatedAtMs,
      transactionStartTimestampMs: stored.startedAtMs,
    })
  })
}

function byTopic(partitions: Iterable<TopicPartition>): { topic: string; partitionIds: number[] }[] {
  const topics = new Map<string, number[]>()
  for (const { topic, partition } of partitions) {
    const ids = topics.get(topic)
    if (ids === undefined) topics.set(topic, [partition])
    else ids.push(partition)
  }
  return [...topics].map(([topic, partitionIds]) => ({ topic, partitionIds }))
}

/** Null for keys of versions that nobody has yet: Kafka passes them over. */
export function decodeTransactionKey(bytes: Uint8Array): string | null {
  const reader = new Reader(bytes)
  if (reader.int16('the key of a record in __transaction_state') !== 0) return null
  return readMessage(reader, key, 0).transactionalId
}

export function decodeTransactionValue(transactionalId: string, bytes: Uint8Array): Stored {
  const reader = new Reader(bytes)
  const version = reader.int16(value.name)
  const read = readMessage(reader, value, version)
  const phase = phases.get(read.transactionStatus)
  if (phase === undefined) reader.fail(value.name, `an unknown state, ${read.transactionStatus}`)
  const partitions = new Map<string, TopicPartition>()
  for (const { topic, partitionIds } of read.transactionPartitions ?? []) {
    for (const partition of partitionIds) partitions.set(placeOf({ topic, partition }), { topic, partition })
  }
  return {
    transactionalId,
    producerId: read.producerId,
    epoch: read.producerEpoch,
    timeoutMs: read.transactionTimeoutMs,
    phase: phase as TransactionPhase,
    partitions,
    startedAtMs: read.transactionStartTimestampMs,
    updatedAtMs: read.transactionLastUpdateTimestampMs,
  }
}
