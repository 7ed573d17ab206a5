/** What a topic says of its logs on disk: when segments end, when they are deleted, and when they are compacted (LogConfig). */
import type { SegmentLimits } from './log-segments.ts'
import type { Topic } from './state.ts'
import { topicSettings } from './topic-config.ts'

/** Times in milliseconds, sizes in bytes; -1: no limit. */
export interface LogConfig extends SegmentLimits {
  /** cleanup.policy has delete, has compact. */
  readonly isDeleted: boolean
  readonly isCompacted: boolean
  readonly retentionMs: number
  readonly retentionBytes: number
  /** min.cleanable.dirty.ratio: how much of it must be dirty before it is cleaned, 0 to 1. */
  readonly minCleanableRatio: number
  readonly minCompactionLagMs: number
  readonly maxCompactionLagMs: number
  /** delete.retention.ms: how long a tombstone stays after it was first seen. */
  readonly deleteRetentionMs: number
}

const nothingOwn: ReadonlyMap<string, string> = new Map()

const usual = new Map(topicSettings.map(({ name, value }) => [name, value]))

const byDefault = parse(nothingOwn)

/** Asked at every append, and never changed in place. */
const parsed = new WeakMap<ReadonlyMap<string, string>, LogConfig>()

/** What the topic says: most say nothing. */
export function logConfigOf({ config }: Pick<Topic, 'config'>): LogConfig {
  if (config.size === 0) return byDefault
  const known = parsed.get(config) ?? parse(config)
  parsed.set(config, known)
  return known
}

function parse(config: ReadonlyMap<string, string>): LogConfig {
  const text = (name: string): string => config.get(name) ?? usual.get(name)!
  const number = (name: string): number => Number(text(name))
  const policies = text('cleanup.policy')
    .split(',')
    .map((one) => one.trim())
  const isCompacted = policies.includes('compact')
  const maxCompactionLagMs = number('max.compaction.lag.ms')
  const segmentMs = number('segment.ms')
  return {
    isDeleted: policies.includes('delete'),
    isCompacted,
    segmentBytes: number('segment.bytes'),
    // What must be compacted by then can't stay in the active segment.
    segmentMs: isCompacted && maxCompactionLagMs > 0 ? Math.min(segmentMs, maxCompactionLagMs) : segmentMs,
    retentionMs: number('retention.ms'),
    retentionBytes: number('retention.bytes'),
    minCleanableRatio: number('min.cleanable.dirty.ratio'),
    minCompactionLagMs: number('min.compaction.lag.ms'),
    maxCompactionLagMs,
    deleteRetentionMs: number('delete.retention.ms'),
  }
}
