/** The broker settings that the group coordinator obeys, under Kafka's names in the comments and with its defaults (3.9). */
import type { ClusterState } from '../state.ts'

export interface GroupConfig {
  /** group.min.session.timeout.ms */
  readonly minSessionTimeoutMs: number
  /** group.max.session.timeout.ms */
  readonly maxSessionTimeoutMs: number
  /** group.initial.rebalance.delay.ms */
  readonly initialRebalanceDelayMs: number
  /** group.max.size */
  readonly maxSize: number
  /** offset.metadata.max.bytes; compared with the length in UTF-16 units, as Java's String counts. */
  readonly maxMetadataLength: number
  /** offsets.commit.timeout.ms: how long a write of the coordinator waits for replicas. */
  readonly offsetCommitTimeoutMs: number
  /** offsets.retention.minutes */
  readonly offsetsRetentionMs: number
  /** offsets.retention.check.interval.ms */
  readonly offsetsCheckIntervalMs: number
}

export const groupDefaults: GroupConfig = {
  minSessionTimeoutMs: 6_000,
  maxSessionTimeoutMs: 1_800_000,
  initialRebalanceDelayMs: 3_000,
  maxSize: 0x7fff_ffff,
  maxMetadataLength: 4_096,
  offsetCommitTimeoutMs: 5_000,
  offsetsRetentionMs: 7 * 24 * 60 * 60_000,
  offsetsCheckIntervalMs: 600_000,
}

export function groupConfigOf(state: ClusterState): GroupConfig {
  return { ...groupDefaults, ...state.config.group }
}
