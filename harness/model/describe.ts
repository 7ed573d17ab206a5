/** What the cluster is now, for people and for checks. What coordinators know that are down is told from their partition's log. */

import type { Description } from '../cluster.ts'
import { type ByPartition, type Committed, entries } from './group/offsets.ts'
import { replay } from './group/replay.ts'
import { leaderOfInternal, readInternal } from './internal-log.ts'
import { offsetsTopic, transactionsTopic } from './internal-topics.ts'
import { foremost } from './replication/replica.ts'
import type { ClusterState } from './state.ts'
import { knownTransactions } from './transaction/checks.ts'

export function describe(state: ClusterState): Description {
  return {
    clusterId: state.clusterId,
    controller: state.controller,
    brokers: [...state.brokers.values()].map(({ id, host, port, up }) => ({ id, host, port, up })),
    partitions: [...state.topics.values()].flatMap((topic) =>
      topic.partitions.map((of) => {
        const { topicId, partition, leader, leaderEpoch, replicas, isr } = of
        const { startOffset, endOffset } = foremost(of).log
        return {
          topic: topic.name,
          topicId,
          partition,
          leader,
          leaderEpoch,
          replicas: replicas.map(({ broker }) => broker),
          isr: [...isr],
          logStart: String(startOffset),
          logEnd: String(endOffset),
        }
      }),
    ),
    groups: (state.topics.get(offsetsTopic)?.partitions ?? []).flatMap(({ partition }) => groupsOf(state, partition)),
    transactions: (state.topics.get(transactionsTopic)?.partitions ?? []).flatMap(({ partition }) =>
      transactionsOf(state, partition),
    ),
  }
}

type GroupDescription = Description['groups'][number]

function groupsOf(state: ClusterState, partition: number): GroupDescription[] {
  const coordinator = leaderOfInternal(state, partition)
  const shard = state.groupShards.get(partition)
  if (shard !== undefined && shard.loading === null) {
    return [...shard.groups.values()].map(({ groupId, phase, generation, members, offsets }) => ({
      group: groupId,
      state: phase,
      generation,
      coordinator,
      members: [...members.values()].map(({ memberId, clientId }) => ({ member: memberId, client: clientId })),
      committed: committedOf(offsets.committed),
    }))
  }
  const { groups, offsets } = replay(readInternal(state, offsetsTopic, partition))
  return [...new Set([...groups.keys(), ...offsets.keys()])].map((group) => {
    const stored = groups.get(group)
    const members = stored?.members ?? []
    return {
      group,
      state: members.length > 0 ? 'Stable' : 'Empty',
      generation: stored?.generation ?? 0,
      coordinator,
      members: members.map(({ memberId, clientId }) => ({ member: memberId, client: clientId })),
      committed: committedOf(offsets.get(group)?.committed ?? new Map()),
    }
  })
}

function committedOf(offsets: ByPartition<Committed>): GroupDescription['committed'] {
  return [...entries(offsets)].map(({ topic, partition, value }) => ({
    topic,
    partition,
    offset: String(value.offset),
  }))
}

function transactionsOf(state: ClusterState, partition: number): Description['transactions'][number][] {
  const coordinator = leaderOfInternal(state, partition, transactionsTopic)
  return [...knownTransactions(state, partition)].map(({ transactionalId, phase, producerId, epoch, partitions }) => ({
    transactionalId,
    state: phase,
    producerId: String(producerId),
    producerEpoch: epoch,
    coordinator,
    partitions: [...partitions.values()].map((place) => ({ topic: place.topic, partition: place.partition })),
  }))
}
