/** Who leads a partition as far as this broker knows: what it tells a client that came to the wrong one (KIP-951). */
import type { ClusterState } from './state.ts'

export interface LeaderHint {
  readonly leaderId: number
  readonly leaderEpoch: number
  /** Where it is, while it is up. */
  readonly node?: {
    readonly nodeId: number
    readonly host: string
    readonly port: number
    readonly rack: string | null
  }
}

export function leaderHint(state: ClusterState, broker: number, topic: string, partition: number): LeaderHint {
  const known = state.brokers.get(broker)?.image
  const found = known?.topics.get(topic)?.partitions[partition]
  if (known === undefined || found === undefined) return { leaderId: -1, leaderEpoch: -1 }
  const leader = found.leader === null ? undefined : state.brokers.get(found.leader)
  const hint = { leaderId: found.leader ?? -1, leaderEpoch: found.leaderEpoch }
  if (leader === undefined || !known.brokers.includes(leader.id)) return hint
  return { ...hint, node: { nodeId: leader.id, host: leader.host, port: leader.port, rack: leader.rack } }
}
