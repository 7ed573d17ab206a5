import { describe, expect, it } from 'vitest'
import { noRole } from '../replication/replica.ts'
import { begun, TransactionStage } from '../testing/transaction-stage.ts'
import { checkTransactions } from './checks.ts'
import type { Transaction } from './state.ts'

/** What is found in a sound stage, then after this was broken. */
function found(breaks: (transaction: Transaction, stage: TransactionStage) => void, open = true): string {
  const stage = new TransactionStage()
  const producer = begun(stage, 't')
  producer.add(0)
  producer.produce(0, 'a')
  if (!open) producer.end(true)
  expect(stage.whole()).toEqual([])
  stage.checks = false
  breaks(stage.transaction('t')!, stage)
  return checkTransactions(stage.state).join('\n')
}

describe('checkTransactions sees', () => {
  it.each<[string, string, (transaction: Transaction, stage: TransactionStage) => void]>([
    ['an epoch that the log has not', 'epoch is 7, in the log 0', (of) => void (of.epoch = 7)],
    ['a state that the log has not', 'phase is Empty, in the log Ongoing', (of) => void (of.phase = 'Empty')],
    ['partitions in a state that has none', 'has 1 partitions', (of) => void (of.phase = 'CompleteCommit')],
    [
      'a partition that the log has not',
      'x/0 is not in the log',
      (of) => void of.partitions.set('x/0', { topic: 'x', partition: 0 }),
    ],
    ['a transaction that nobody knows of', 'its coordinator knows nothing of it', (of) => of.partitions.clear()],
    ['one that has no end', 'is open for ever', (_, stage) => stage.state.timers.clear()],
    [
      'an id that the log has not',
      'u is not in the log',
      (of, stage) =>
        void [...stage.state.transactionShards.values()]
          .find(({ transactions }) => transactions.has('t'))!
          .transactions.set('u', { ...of, transactionalId: 'u' }),
    ],
    [
      'a coordinator that leads no more',
      'coordinates, and does not lead',
      (_, stage) =>
        void stage.state.topics
          .get('__transaction_state')!
          .partitions.forEach((each) => void (each.replicas[0]!.role = noRole)),
    ],
    [
      'a transaction in two epochs',
      'open in two epochs',
      (of, stage) => {
        of.partitions.set('orders/1', { topic: 'orders', partition: 1 })
        const log = stage.log('orders', 1)
        log.open.set(of.producerId, 0n)
        log.producers.set(of.producerId, { ...stage.log('orders', 0).producers.get(of.producerId)!, epoch: -1 })
      },
    ],
  ])('%s', (_, says, breaks) => {
    expect(found(breaks)).toContain(says)
  })

  it('no fault in an epoch that a client made up, in a partition where its transaction is open', () => {
    const madeUp = found((of, stage) => {
      const { producers } = stage.log('orders', 0)
      producers.set(of.producerId, { ...producers.get(of.producerId)!, epoch: 5 })
    })
    expect(madeUp).toBe('')
  })

  it('a marker that is not on its way', () => {
    expect(found((of) => of.markers.clear(), false)).toContain('orders/0 gets no marker')
  })
})

describe('the invariants see', () => {
  it.each<[string, string, (stage: TransactionStage) => void]>([
    [
      'a last stable offset past an open transaction',
      'should be up to 0',
      (stage) => void (stage.log('orders', 0).lastStableOffset = 1n),
    ],
    ['an open transaction that is forgotten', 'is open from undefined', (stage) => stage.log('orders', 0).open.clear()],
    [
      'an aborted transaction that is not listed',
      'it lists 1 aborted transactions of 0',
      (stage) =>
        void stage
          .log('orders', 0)
          .aborted.push({ producerId: 1n, firstOffset: 0n, lastOffset: 0n, lastStableOffset: 0n }),
    ],
  ])('%s', (_, says, breaks) => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.add(0)
    producer.produce(0, 'a')
    stage.checks = false
    breaks(stage)
    expect(stage.whole().join('\n')).toContain(says)
  })
})
