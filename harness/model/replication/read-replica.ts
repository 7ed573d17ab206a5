/**
 * Where a reader had better read: the leader of a partition names a follower in the reader's rack, if brokers are told to look for one
 * (KIP-392; ReplicaManager.findPreferredReadReplica, RackAwareReplicaSelector, ReplicaView.comparator).
 *
 * A follower is named if it is in sync, if the leader's picture of the cluster says that it is up, and if the offset lies between where its
 * log begins and where it ends, as far as its fetches have told. Of several: who has most, then who had all that there was last, then the
 * largest id.
 *
 * NOT modelled: an idle follower, which asks every replica.fetch.wait.max.ms in Kafka, and here is taken to have asked when it last got
 * something: of two that have the same, another one may be named. 2.8 names followers that are out of sync too (KAFKA-14372).
 */
import type { ClusterState } from '../state.ts'
import type { Progress } from './progress.ts'
import type { Replica } from './replica.ts'

/** The broker to read from, for a reader in this rack who asks the leader for this offset; null: go on here. */
export function preferredReadReplica(
  { config, brokers }: ClusterState,
  { role, broker }: Replica,
  rackId: string,
  offset: bigint,
): number | null {
  if (config.replicaSelector === 'leader' || rackId === '' || role.is !== 'leader') return null
  const { image } = brokers.get(broker)!
  const isInRack = (id: number) => image.brokers.includes(id) && brokers.get(id)?.rack === rackId
  if (isInRack(broker)) return null
  let best: readonly [id: number, progress: Progress] | null = null
  for (const [id, progress] of role.followers) {
    if (!role.isr.includes(id) || progress.endOffset < offset || progress.startOffset > offset) continue
    if (isInRack(id) && (best === null || isAhead([id, progress], best))) best = [id, progress]
  }
  return best?.[0] ?? null
}

function isAhead([id, one]: readonly [number, Progress], [otherId, other]: readonly [number, Progress]): boolean {
  if (one.endOffset !== other.endOffset) return one.endOffset > other.endOffset
  if (one.caughtUpAtMs !== other.caughtUpAtMs) return one.caughtUpAtMs > other.caughtUpAtMs
  return id > otherId
}
