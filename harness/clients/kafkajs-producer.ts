/**
 * What a kafkajs producer was asked to send, and what it said became of it.
 *
 * A send that rejects is `unknown`, with the error beside it, unless kafkajs refused it before it asked anybody: of several attempts it
 * reports the last error only, and an attempt before may have been stored.
 *
 * NOT recorded: `transaction()`, `commit`, `abort` and `sendOffsets` (the history has no words for them yet). Sends inside of a
 * transaction are ordinary sends here: ok means stored, not visible.
 */
import type { Producer, ProducerBatch, ProducerRecord, RecordMetadata, TopicMessages, Transaction } from 'kafkajs'
import type { ClientBody, PartitionOffset } from '../history/op.ts'
import type { Recorder } from '../sim/port.ts'
import { failureOf, isRefusal } from './failure.ts'
import { identityOf, textOf } from './identity.ts'
import { recordLifecycle } from './kafkajs-lifecycle.ts'
import { disguise, watchCall } from './watch.ts'

type Send = Extract<ClientBody, { what: 'send' }>

interface Facts {
  readonly recorder: Recorder
  readonly producer: number
}

/** Replaces methods in place, so that the application holds the very object that kafkajs made. */
export function recordProducer(producer: Producer, { recorder, producer: number }: Facts): Producer {
  const idempotent = producer.isIdempotent()
  recordLifecycle(producer, ['connect', 'disconnect'], recorder, `producer-${number}`)
  recordSends(producer, { recorder, producer: number }, idempotent)

  const { transaction } = producer
  producer.transaction = disguise(
    () =>
      watchCall(() => transaction(), {
        ok: (begun: Transaction) => recordSends(begun, { recorder, producer: number }, true),
        fail: () => {},
      }),
    transaction,
  )
  return producer
}

function recordSends(sender: Producer | Transaction, { recorder, producer }: Facts, idempotent: boolean): void {
  const { send, sendBatch } = sender

  const recorded = (topics: unknown, acks: unknown, call: () => Promise<RecordMetadata[]>) => {
    const body: Send = {
      what: 'send',
      producer,
      idempotent,
      acks: typeof acks === 'number' ? acks : -1,
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
  return list<TopicMessages>(topics).flatMap(({ topic, messages }) =>
    list<TopicMessages['messages'][number]>(messages).map((message) => ({
      topic: String(topic),
      partition: message.partition ?? null,
      message: identityOf(message),
      key: textOf(message.key),
    })),
  )
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
