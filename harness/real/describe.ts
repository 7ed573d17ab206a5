/** What a real cluster is now, as far as requests tell. */
import { ClusterError, type Description } from '../cluster.ts'
import { apis } from '../wire/apis/index.ts'
import type { Brokers } from './brokers.ts'
import type { Operator } from './operator.ts'

export class Describer {
  private readonly brokers: Brokers
  private readonly operator: Operator

  constructor(brokers: Brokers, operator: Operator) {
    this.brokers = brokers
    this.operator = operator
  }

  async describe(): Promise<Description> {
    const { brokers, clusterId, controllerId, topics } = await this.brokers.metadata()
    const partitions: Description['partitions'][number][] = []
    for (const { name, topicId, partitions: all } of topics) {
      for (const { partitionIndex: partition, leaderId, leaderEpoch, replicaNodes, isrNodes } of all) {
        const [logStart, logEnd] =
          leaderId < 0
            ? [0n, 0n]
            : [await this.operator.endOf(name!, partition, -2n), await this.operator.endOf(name!, partition, -1n)]
        partitions.push({
          ...{ topic: name!, topicId, partition, leader: leaderId < 0 ? null : leaderId, leaderEpoch },
          ...{ replicas: replicaNodes, isr: isrNodes, logStart: String(logStart), logEnd: String(logEnd) },
        })
      }
    }
    const up = brokers.map(({ nodeId, host, port }) => ({ id: nodeId, host, port, up: true }))
    const groups = (await Promise.all(up.map(({ id }) => ifThere(this.groupsAt(id))))).flat()
    const transactions = (await Promise.all(up.map(({ id }) => ifThere(this.transactionsAt(id))))).flat()
    return { clusterId: clusterId ?? '', controller: controllerId, brokers: up, partitions, groups, transactions }
  }

  private async groupsAt(broker: number): Promise<Description['groups']> {
    const { groups } = await this.brokers.ask(broker, apis.listGroups, 4, { statesFilter: [] })
    if (groups.length === 0) return []
    const names = groups.map(({ groupId }) => groupId)
    const { groups: described } = await this.brokers.ask(broker, apis.describeGroups, 5, { groups: names })
    return Promise.all(
      described.map(async ({ groupId, groupState, members }) => ({
        group: groupId,
        state: groupState,
        // Kafka does not tell it to who is not a member.
        generation: -1,
        coordinator: broker,
        members: members.map(({ memberId, clientId }) => ({ member: memberId, client: clientId })),
        committed: await this.committedBy(groupId, broker),
      })),
    )
  }

  private async committedBy(group: string, coordinator: number): Promise<Description['groups'][number]['committed']> {
    const body = { groups: [{ groupId: group, topics: null }], requireStable: false }
    const { groups } = await this.brokers.ask(coordinator, apis.offsetFetch, 8, body)
    return (groups[0]?.topics ?? []).flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, committedOffset }) => ({
        topic: name,
        partition: partitionIndex,
        offset: String(committedOffset),
      })),
    )
  }

  private async transactionsAt(broker: number): Promise<Description['transactions']> {
    const { transactionStates } = await this.brokers.ask(broker, apis.listTransactions, 0, {
      stateFilters: [],
      producerIdFilters: [],
    })
    if (transactionStates.length === 0) return []
    const ids = transactionStates.map(({ transactionalId }) => transactionalId)
    const described = await this.brokers.ask(broker, apis.describeTransactions, 0, { transactionalIds: ids })
    return described.transactionStates.map((one) => ({
      transactionalId: one.transactionalId,
      state: one.transactionState,
      producerId: String(one.producerId),
      producerEpoch: one.producerEpoch,
      coordinator: broker,
      partitions: one.topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition }))),
    }))
  }
}

/** A broker that has just died is listed for a while. */
async function ifThere<T>(asked: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ClusterError) return []
    throw error
  }
}
