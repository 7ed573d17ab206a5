/**
 * The committed offsets of one group, as the coordinator has them in memory: the log is the truth, this is read from.
 *
 * Offsets committed in a transaction wait here under their producer id until its marker is in the log (KIP-98). Which of two
 * commits is the later one is decided by where they lie in the log, not by when they became visible (CommitRecordMetadataAndOffset).
 */
export interface Committed {
  readonly offset: bigint
  /** -1: the client did not say. */
  readonly leaderEpoch: number
  readonly metadata: string
  readonly committedAtMs: bigint
  /** Set by clients of OffsetCommit 2 to 4 only; null: the broker's retention decides. */
  readonly expiresAtMs: bigint | null
  /** Base offset of the batch that has it. */
  readonly recordOffset: bigint
  /** Who said so, for the history, which is told when the marker comes; not in the log. */
  readonly by?: { readonly generation: number; readonly member: string }
  /** The producer in whose transaction it was committed, where it was read from the log. */
  readonly transactionOf?: bigint
}

/** By topic, then by partition. */
export type ByPartition<T> = Map<string, Map<number, T>>

export interface OffsetCache {
  readonly committed: ByPartition<Committed>
  /** By producer id. */
  readonly pending: Map<bigint, ByPartition<Committed>>
  /**
   * Pending offsets that went with their topic: no record says so, and the log has them again once their marker comes. Kafka's next
   * coordinator believes the log. Only the invariants look here.
   */
  readonly dropped: Set<string>
  /** Commits that wait for replicas, by partition. One that is not here any more when they have it went with its topic. */
  readonly waiting: Map<string, Set<object>>
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export function newOffsetCache(): OffsetCache {
  return { committed: new Map(), pending: new Map(), dropped: new Set(), waiting: new Map() }
}

export function put<T>(map: ByPartition<T>, topic: string, partition: number, value: T): void {
  const partitions = map.get(topic)
  if (partitions === undefined) map.set(topic, new Map([[partition, value]]))
  else partitions.set(partition, value)
}

export function take<T>(map: ByPartition<T>, topic: string, partition: number): boolean {
  const partitions = map.get(topic)
  if (partitions === undefined || !partitions.delete(partition)) return false
  if (partitions.size === 0) map.delete(topic)
  return true
}

export function* entries<T>(map: ByPartition<T>): Generator<TopicPartition & { readonly value: T }> {
  for (const [topic, partitions] of map) for (const [partition, value] of partitions) yield { topic, partition, value }
}

/** In the order of `entries`. */
export function valuesOf<T>(map: ByPartition<T>): T[] {
  const values: T[] = []
  for (const partitions of map.values()) for (const value of partitions.values()) values.push(value)
  return values
}

export function committed(cache: OffsetCache, topic: string, partition: number): Committed | undefined {
  return cache.committed.get(topic)?.get(partition)
}

/** A commit that lies further back in the log than the one that is known changes nothing. */
export function setCommitted(cache: OffsetCache, topic: string, partition: number, value: Committed): void {
  const known = committed(cache, topic, partition)
  if (known === undefined || known.recordOffset < value.recordOffset) put(cache.committed, topic, partition, value)
}

export function hasOffsets(cache: OffsetCache): boolean {
  return cache.committed.size > 0 || cache.pending.size > 0 || cache.waiting.size > 0
}

/** Forgets these partitions, pending ones too, and tells which had something committed. */
export function removeOffsets(cache: OffsetCache, partitions: Iterable<TopicPartition>): TopicPartition[] {
  const removed: TopicPartition[] = []
  for (const { topic, partition } of partitions) {
    for (const pending of cache.pending.values()) {
      const value = pending.get(topic)?.get(partition)
      if (value === undefined) continue
      cache.dropped.add(droppedKey(topic, partition, value.recordOffset))
      take(pending, topic, partition)
    }
    cache.waiting.delete(waitingKey(topic, partition))
    if (take(cache.committed, topic, partition)) removed.push({ topic, partition })
  }
  return removed
}

const waitingKey = (topic: string, partition: number): string => `${topic}/${partition}`

/** This commit is being written. */
export function nowWaiting({ waiting }: OffsetCache, commit: TopicPartition): void {
  const key = waitingKey(commit.topic, commit.partition)
  const known = waiting.get(key)
  if (known === undefined) waiting.set(key, new Set([commit]))
  else known.add(commit)
}

/** Partitions of this topic of which commits are being written. */
export function* waitingIn({ waiting }: OffsetCache, topic: string): Generator<number> {
  for (const key of waiting.keys()) {
    const slash = key.lastIndexOf('/')
    if (key.slice(0, slash) === topic) yield Number(key.slice(slash + 1))
  }
}

/** It waits no more; whether it counts, if it was written. */
export function waitsNoMore({ waiting }: OffsetCache, commit: TopicPartition): boolean {
  const key = waitingKey(commit.topic, commit.partition)
  const known = waiting.get(key)
  if (known?.delete(commit) !== true) return false
  if (known.size === 0) waiting.delete(key)
  return true
}

export function isPending(cache: OffsetCache, topic: string, partition: number): boolean {
  for (const pending of cache.pending.values()) if (pending.get(topic)?.has(partition)) return true
  return false
}

export function droppedKey(topic: string, partition: number, recordOffset: bigint): string {
  return `${topic}/${partition}@${recordOffset}`
}

/** Committed in a transaction that is open: read by nobody until its marker comes. */
export function setPending(cache: OffsetCache, producerId: bigint, of: TopicPartition, value: Committed): void {
  const pending: ByPartition<Committed> = cache.pending.get(producerId) ?? new Map()
  cache.pending.set(producerId, pending)
  put(pending, of.topic, of.partition, value)
}

/** The marker of this producer's transaction is in the log: what it committed is visible now, and returned, or never was. */
export function endPending(
  cache: OffsetCache,
  producerId: bigint,
  commit: boolean,
): (TopicPartition & { readonly value: Committed })[] {
  const pending = cache.pending.get(producerId)
  cache.pending.delete(producerId)
  if (pending === undefined || !commit) return []
  const ended = [...entries(pending)]
  for (const { topic, partition, value } of ended) setCommitted(cache, topic, partition, value)
  return ended.filter(({ topic, partition, value }) => committed(cache, topic, partition) === value)
}
