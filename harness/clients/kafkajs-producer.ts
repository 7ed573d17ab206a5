/**
 * What a kafkajs producer was asked to send, and what it said became of it.
 *
 * A send that rejects is `unknown`, with the error beside it, unless kafkajs refused it before it asked anybody: of several attempts it
 * reports the last error only, and an attempt before may have been stored. Of a send in a transaction ok means stored, not visible:
 * `kafkajs-transaction.ts`.
 */
import type { Producer, ProducerBatch, ProducerRecord, RecordMetadata, TopicMessages, Transaction } from 'kafkajs'
import type { ClientBody, PartitionOffset } from '../history/op.ts'
import type { Recorder } from '../sim/port.ts'
import { failureOf, isRefusal } from './failure.ts'
import { identityOf, textOf } from './identity.ts'
import { recordLifecycle } from './kafkajs-lifecycle.ts'
import { recordTransactions } from './kafkajs-transaction.ts'
import { disguise, watchCall } from './watch.ts'

type Send = Extract<ClientBody, { what: 'send' }>
type SentRecord = Send['records'][number]

export interface ProducerFacts {
  readonly recorder: Recorder
  readonly producer: number
  /** '' of a producer that has none. */
  readonly transactionalId: string
}

/** Replaces methods in place, so that the application holds the very object that kafkajs made. */
export function recordProducer(producer: Producer, facts: ProducerFacts): Producer {
  recordLifecycle(producer, ['connect', 'disconnect'], facts.recorder, `producer-${facts.producer}`)
  recordSends(producer, facts, producer.isIdempotent())
  recordTransactions(producer, facts, (begun, transaction) => recordSends(begun, facts, true, transaction))
  return producer
}

function recordSends(
  sender: Producer | Transaction,
  { recorder, producer }: ProducerFacts,
  idempotent: boolean,
  transaction?: number,
): void {
  const { send, sendBatch } = sender

  const recorded = (topics: unknown, acks: unknown, call: () => Promise<RecordMetadata[]>) => {
    const body: Send = {
      what: 'send',
      producer,
      idempotent,
      acks: typeof acks === 'number' ? acks : -1,
      ...(transaction !== undefined && { transaction }),
      records: recordsOf(topics),
    }
    const op = recorder.invoke('client', body)
    return watchCall(call, {
      ok: (stored) => recorder.end(op, 'ok', { ...body, stored: storedOf(stored) }),
      fail: (error) => recorder.end(op, isRefusal(error) ? 'fail' : 'unknown', { ...body, error: failureOf(error) }),
    })
  }

  sender.send = disguise((record: ProducerRecord) => recorded([record], record?.acks, () => send(record)), send)
  sender.sendBatch = disguise(
    (batch: ProducerBatch) => recorded(batch?.topicMessages, batch?.acks, () => sendBatch(batch)),
    sendBatch,
  )
}

/** Malformed input is kafkajs' to refuse: whatever is no list is no record here. */
function recordsOf(topics: unknown): Send['records'] {
  const records: SentRecord[] = []
  for (const { topic, messages } of list<TopicMessages>(topics)) {
    for (const message of list<TopicMessages['messages'][number]>(messages)) {
      const { partition = null, key } = message
      records.push({ topic: String(topic), partition, message: identityOf(message), key: textOf(key) })
    }
  }
  return records
}

function list<T>(value: unknown): readonly T[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : []
}

/** One entry per partition. With acks=0 kafkajs knows no offset, and says nothing at all. */
function storedOf(result: readonly RecordMetadata[]): readonly PartitionOffset[] {
  return list<RecordMetadata>(result).map(({ topicName, partition, baseOffset, offset }) => ({
    topic: topicName,
    partition,
    offset: baseOffset ?? offset ?? '',
  }))
}
