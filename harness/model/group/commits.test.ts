import { expect, it } from 'vitest'
import { ClusterStage } from '../testing/cluster-stage.ts'

it('what waits for replicas while its topic is deleted is committed no more', () => {
  const stage = new ClusterStage({
    brokers: 3,
    config: { replicationFactor: 3, minInSyncReplicas: 2, offsetsTopicPartitions: 1 },
    topics: [{ name: 'orders', partitions: 2 }],
  })
  stage.order({ do: 'move-coordinator', group: 'g', to: 1 })
  stage.pass(2_000)
  const client = stage.connect(1)
  const commit = (topic: string, offset: bigint) => {
    const partitions = [{ partitionIndex: 0, committedOffset: offset, committedMetadata: '' }]
    return client.send(
      'offsetCommit',
      { groupId: 'g', generationIdOrMemberEpoch: -1, topics: [{ name: topic, partitions }] },
      7,
    )
  }
  const committed = () => {
    const topics = [{ name: 'orders', partitionIndexes: [0] }]
    return client.ask('offsetFetch', { groupId: 'g', topics }, 5).topics[0]!.partitions[0]!.committedOffset
  }
  for (const to of [2, 3]) stage.order({ do: 'cut-link', from: 1, to })
  const sent = commit('orders', 3n)
  expect(sent.answer).toBeUndefined()
  stage.order({ do: 'delete-topic', topic: 'orders' })
  stage.order({ do: 'create-topic', topic: 'orders', partitions: 2 })
  for (const to of [2, 3]) stage.order({ do: 'mend-link', from: 1, to })
  stage.pass(2_000)
  expect(sent.answer?.topics[0]?.partitions[0]?.errorCode).toBe(0)
  expect(committed()).toBe(-1n)
  expect(stage.notes.filter(({ what }) => what === 'committed')).toEqual([])
  expect(stage.whole()).toEqual([])
  commit('orders', 1n)
  stage.pass(100)
  expect(committed()).toBe(1n)
  expect(stage.whole()).toEqual([])
})
