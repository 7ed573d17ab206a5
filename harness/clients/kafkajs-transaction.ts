/**
 * kafkajs' transactions: when one began, what offsets it was given, and how the application asked to end it.
 *
 * A commit, an abort or offsets that reject are `unknown`, unless kafkajs refused them by itself (the transaction had ended, or an end of
 * it was under way): kafkajs asks once, and the answer may have been lost behind the decision. A `transaction()` that rejects has begun
 * nothing, though the cluster may have given out a new epoch.
 */
import type { Offsets, Producer, Transaction } from 'kafkajs'
import type { TransactionBody } from '../history/client-calls.ts'
import type { PartitionOffset } from '../history/op.ts'
import { failureOf, isRefusal } from './failure.ts'
import type { ProducerFacts } from './kafkajs-producer.ts'
import { disguise, watchCall } from './watch.ts'

type SendOffsets = Extract<TransactionBody, { what: 'send-offsets' }>
type Ends = Exclude<TransactionBody, SendOffsets>
type Given = Parameters<Transaction['sendOffsets']>[0]

/** `onBegun` is handed each transaction and its number, before the application is. */
export function recordTransactions(
  producer: Producer,
  { recorder, producer: number, transactionalId }: ProducerFacts,
  onBegun: (begun: Transaction, transaction: number) => void,
): void {
  let begun = 0
  const { transaction } = producer
  producer.transaction = disguise(() => {
    const body: Ends = { what: 'begin-transaction', producer: number, transactionalId, transaction: ++begun }
    const op = recorder.invoke('client', body)
    return watchCall(() => transaction(), {
      ok: (made) => {
        recorder.end(op, 'ok', body)
        onBegun(made, body.transaction)
        recordEnds(made, body)
        recordOffsets(made, body)
      },
      fail: (error) => recorder.end(op, 'fail', { ...body, error: failureOf(error) }),
    })
  }, transaction)

  function recordEnds(made: Transaction, began: Ends): void {
    for (const how of ['commit', 'abort'] as const) {
      const real = made[how]
      made[how] = disguise(() => watched({ ...began, what: `${how}-transaction` }, () => real()), real)
    }
  }

  function recordOffsets(made: Transaction, began: Ends): void {
    const { sendOffsets } = made
    made.sendOffsets = disguise((given: Given) => {
      const group = String(given?.consumerGroupId)
      const body: SendOffsets = { ...began, what: 'send-offsets', group, offsets: offsetsOf(given) }
      return watched(body, () => sendOffsets(given))
    }, sendOffsets)
  }

  function watched(body: TransactionBody, call: () => Promise<void>): Promise<void> {
    const op = recorder.invoke('client', body)
    return watchCall(call, {
      ok: () => recorder.end(op, 'ok', body),
      fail: (error) => recorder.end(op, isRefusal(error) ? 'fail' : 'unknown', { ...body, error: failureOf(error) }),
    })
  }
}

/** Malformed input is kafkajs' to refuse: whatever is no list is no offset here. */
function offsetsOf(given: Partial<Offsets> | undefined): readonly PartitionOffset[] {
  const topics = Array.isArray(given?.topics) ? given.topics : []
  return topics.flatMap(({ topic, partitions }) =>
    (Array.isArray(partitions) ? partitions : []).map(({ partition, offset }) => ({
      topic: String(topic),
      partition: Number(partition),
      offset: String(offset),
    })),
  )
}
