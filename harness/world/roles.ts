/** Whom a role of a plan means in the cluster as it is now. */
import { coordinatorPartition, leaderOfInternal, transactionPartition } from '../model/internal-log.ts'
import { offsetsTopic, transactionsTopic } from '../model/internal-topics.ts'
import type { ClusterState, Partition } from '../model/state.ts'
import type { CoordinatorRole, Role } from '../plan/plan.ts'

export function brokerOf(state: ClusterState, role: Role): number | null {
  if ('broker' in role) return state.brokers.has(role.broker) ? role.broker : null
  if ('coordinatorOf' in role) return leaderOfInternal(state, coordinatorPartition(state, role.coordinatorOf))
  if ('transactionCoordinatorOf' in role)
    return leaderOfInternal(state, transactionPartition(state, role.transactionCoordinatorOf), transactionsTopic)
  return state.topics.get(role.leaderOf.topic)?.partitions[role.leaderOf.partition]?.leader ?? null
}

/** What it leads, or coordinates from; undefined for a broker, and for what does not exist yet. */
export function partitionOf(state: ClusterState, role: Role): Partition | undefined {
  if ('broker' in role) return undefined
  if ('leaderOf' in role) return state.topics.get(role.leaderOf.topic)?.partitions[role.leaderOf.partition]
  if ('coordinatorOf' in role)
    return state.topics.get(offsetsTopic)?.partitions[coordinatorPartition(state, role.coordinatorOf)]
  return state.topics.get(transactionsTopic)?.partitions[transactionPartition(state, role.transactionCoordinatorOf)]
}

/** What the model's verbs call it. */
export function coordinated(role: CoordinatorRole): { readonly group: string } | { readonly transactionalId: string } {
  return 'coordinatorOf' in role ? { group: role.coordinatorOf } : { transactionalId: role.transactionCoordinatorOf }
}
