import { describe, expect, it } from 'vitest'
import { begun, type Producer, TransactionStage } from '../testing/transaction-stage.ts'

const commitsTold = (stage: TransactionStage) => stage.notes.filter(({ what }) => what === 'committed')

const commitOf = ({ producerId }: Producer) => {
  const by = { generation: -1, member: '', producerId: String(producerId) }
  return { what: 'committed', group: 'g', ...by, topic: 'orders', partition: 0, offset: '5' }
}

describe('TxnOffsetCommit', () => {
  it('is visible when the commit marker comes, and unstable before', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.addOffsets('g')
    expect(producer.commitOffset('g', 0, 5n)).toBe('NONE')
    expect([stage.offset('g', 0), stage.offset('g', 0, true)]).toEqual([-1n, 'UNSTABLE_OFFSET_COMMIT'])
    producer.end(true)
    expect(stage.offset('g', 0, true)).toBe('UNSTABLE_OFFSET_COMMIT')
    stage.settle()
    expect(stage.offset('g', 0, true)).toBe(5n)
    expect(commitsTold(stage)).toEqual([commitOf(producer)])
    expect(stage.whole()).toEqual([])
  })

  it('never is when it is aborted', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.addOffsets('g')
    producer.commitOffset('g', 0, 5n)
    producer.end(false)
    stage.settle()
    expect(stage.offset('g', 0, true)).toBe(-1n)
    expect(stage.whole()).toEqual([])
  })

  it('does not go over a later commit: the order is that of the log, not of the markers', () => {
    const stage = new TransactionStage()
    const [one, other] = [begun(stage, 't'), begun(stage, 'u')]
    for (const producer of [one, other]) producer.addOffsets('g')
    one.commitOffset('g', 0, 9n)
    other.commitOffset('g', 0, 3n)
    other.end(true)
    stage.settle()
    one.end(true)
    stage.settle()
    expect(stage.offset('g', 0)).toBe(3n)
    stage.order({ do: 'move-coordinator', group: 'g', to: stage.other(stage.leaderOf('__consumer_offsets', 103 % 4)!) })
    expect(stage.offset('g', 0)).toBe(3n)
  })

  it('stays pending when the group coordinator moves, and is visible when the marker finds the new one', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.addOffsets('g')
    producer.commitOffset('g', 0, 5n)
    const move = () =>
      stage.order({
        do: 'move-coordinator',
        group: 'g',
        to: stage.other(stage.leaderOf('__consumer_offsets', 103 % 4)!),
      })
    move()
    expect(stage.offset('g', 0, true)).toBe('UNSTABLE_OFFSET_COMMIT')
    producer.end(true)
    move()
    stage.settle()
    expect(stage.offset('g', 0, true)).toBe(5n)
  })

  it('is told once, also when the marker finds a coordinator that is still loading', () => {
    const stage = new TransactionStage()
    const [producer, other] = [begun(stage, 't'), begun(stage, 'u')]
    for (const one of [producer, other]) {
      one.addOffsets('g')
      one.commitOffset('g', one === other ? 1 : 0, 5n)
      one.end(one === producer)
    }
    stage.order({ do: 'slow-loading', loadMs: 100 })
    stage.order({ do: 'move-coordinator', group: 'g', to: stage.other(stage.leaderOf('__consumer_offsets', 103 % 4)!) })
    stage.pass(50)
    expect(commitsTold(stage)).toEqual([commitOf(producer)])
    stage.settle()
    expect([stage.offset('g', 0, true), stage.offset('g', 1, true)]).toEqual([5n, -1n])
    expect(commitsTold(stage)).toHaveLength(1)
  })

  it('wants its partition in the transaction, and its producer to be the last', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    expect(producer.commitOffset('g', 0, 5n)).toBe('INVALID_TXN_STATE')
    expect(producer.commitOffset('g', 0, 5n, { version: 4 })).toBe('TRANSACTION_ABORTABLE')
    producer.addOffsets('g')
    begunAfter(stage)
    expect(producer.commitOffset('g', 0, 5n)).toBe('INVALID_PRODUCER_EPOCH')
    expect(producer.commitOffset('', 0, 5n)).toBe('INVALID_GROUP_ID')
    expect(producer.commitOffset('g', 7, 5n)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  })

  it('asks a member for its generation from version 3 on, and nobody else (KIP-447)', () => {
    const stage = new TransactionStage()
    const broker = stage.leaderOf('__consumer_offsets', 103 % 4)!
    const protocols = [{ name: 'range', metadata: new Uint8Array(0) }]
    const body = { groupId: 'g', sessionTimeoutMs: 30_000, memberId: '', protocolType: 'consumer', protocols }
    const join = stage.link(broker).send('joinGroup', { ...body, rebalanceTimeoutMs: 30_000 }, 3)
    stage.pass(0)
    const { memberId, generationId } = join.answer!
    const producer = begun(stage, 't')
    producer.addOffsets('g')
    const commit = (version: number, member: { memberId?: string; generation?: number }) =>
      producer.commitOffset('g', 0, 5n, { version, ...member })
    // The group waits for an assignment: OffsetCommit would say REBALANCE_IN_PROGRESS.
    expect(commit(3, { memberId, generation: generationId })).toBe('NONE')
    expect(commit(3, { memberId, generation: generationId + 1 })).toBe('ILLEGAL_GENERATION')
    expect(commit(3, { memberId: 'who', generation: generationId })).toBe('UNKNOWN_MEMBER_ID')
    expect(commit(3, {})).toBe('NONE')
    expect(commit(2, {})).toBe('NONE')
  })

  it('says to old clients that a coordinator that loads is not available', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    stage.order({ do: 'slow-loading', loadMs: 100 })
    stage.order({ do: 'move-coordinator', group: 'g', to: stage.other(stage.leaderOf('__consumer_offsets', 103 % 4)!) })
    expect(producer.commitOffset('g', 0, 5n, { version: 1 })).toBe('COORDINATOR_NOT_AVAILABLE')
    expect(producer.commitOffset('g', 0, 5n, { version: 2 })).toBe('COORDINATOR_LOAD_IN_PROGRESS')
    stage.pass(100)
    producer.addOffsets('g')
    expect(producer.commitOffset('g', 0, 5n, { version: 2 })).toBe('NONE')
  })

  it('loses what is pending with its topic, until a new coordinator reads the log', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.addOffsets('g')
    producer.commitOffset('g', 0, 5n)
    stage.order({ do: 'recreate-topic', topic: 'orders' })
    producer.end(true)
    stage.settle()
    expect([stage.offset('g', 0), stage.whole()]).toEqual([-1n, []])
    stage.order({ do: 'move-coordinator', group: 'g', to: stage.other(stage.leaderOf('__consumer_offsets', 103 % 4)!) })
    expect(stage.offset('g', 0)).toBe(5n)
  })
})

function begunAfter(stage: TransactionStage): void {
  const client = stage.link(stage.coordinatorOf('t')!)
  client.ask('initProducerId', { transactionalId: 't', transactionTimeoutMs: 1000 })
  stage.settle()
}
