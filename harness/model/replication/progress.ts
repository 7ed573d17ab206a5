/** How far a follower is, by what it asks for, as its leader sees it (Replica.updateFetchStateOrThrow, ReplicaState.isCaughtUp). */

export interface Progress {
  /** Its log end; -1: it has not asked in this epoch. */
  endOffset: bigint
  /** Where its log begins; -1 likewise. */
  startOffset: bigint
  lastFetchMs: number
  /** The leader's log end at its last fetch. */
  leaderEndThen: bigint
  /** When it last had all that there was: replica.lag.time.max.ms counts from there. */
  caughtUpAtMs: number
  /** It went down since: what it has in its next life is not known before it asks (KIP-903). */
  isGone: boolean
  /** The high watermark and the log start that it was last told. */
  toldHighWatermark: bigint
  toldStartOffset: bigint
}

/** In a new epoch: who is in sync is taken to be for another while. */
export function newProgress(inSync: boolean, nowMs: number): Progress {
  const sinceMs = inSync ? nowMs : Number.NEGATIVE_INFINITY
  return {
    endOffset: -1n,
    startOffset: -1n,
    lastFetchMs: sinceMs,
    leaderEndThen: -1n,
    caughtUpAtMs: sinceMs,
    isGone: false,
    toldHighWatermark: -1n,
    toldStartOffset: -1n,
  }
}

/** It asks for what lies from here on, while the leader has so much. */
export function hasAsked(progress: Progress, from: bigint, leaderEnd: bigint, nowMs: number): void {
  if (from >= leaderEnd) progress.caughtUpAtMs = Math.max(progress.caughtUpAtMs, nowMs)
  // It has what there was when it last asked.
  else if (from >= progress.leaderEndThen) progress.caughtUpAtMs = Math.max(progress.caughtUpAtMs, progress.lastFetchMs)
  progress.endOffset = from
  progress.isGone = false
  progress.leaderEndThen = leaderEnd
  progress.lastFetchMs = nowMs
}

export function isCaughtUp(
  { endOffset, caughtUpAtMs }: Progress,
  leaderEnd: bigint,
  nowMs: number,
  lagMs: number,
): boolean {
  return endOffset === leaderEnd || nowMs - caughtUpAtMs <= lagMs
}
