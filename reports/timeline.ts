/**
 * The time line of a shrunk run: of its many operations, those that bear on the evidence. Heartbeats, empty fetches, metadata and
 * messages that the evidence does not name are left out; an operation and its end are one row when nothing happened between them.
 */
import type { Op } from '../harness/history/op.ts'
import type { Evidence } from '../properties/property.ts'
import { type Bearing, bearingOf, subjectsOf } from './timeline-bearing.ts'
import { whatHappened, whoDid } from './words/op.ts'

export interface TimelineRow {
  readonly atMs: number
  readonly who: string
  readonly what: string
  /** The evidence points here. */
  readonly isProof: boolean
  /** How often in a row, the last time at `untilMs`. */
  readonly times: number
  readonly untilMs: number
}

/** Rows that were left out because there were too many. */
export interface TimelineGap {
  readonly leftOut: number
}

interface Draft {
  readonly op: Op
  readonly bearing: Bearing
  row: TimelineRow
}

export function timeline(
  story: readonly Op[],
  evidence: readonly Evidence[],
  most = 40,
): readonly (TimelineRow | TimelineGap)[] {
  const subjects = subjectsOf(story, evidence)
  const drafts: Draft[] = []
  for (const op of story) {
    const bearing = bearingOf(op, subjects)
    if (bearing !== 'none') add(drafts, op, bearing)
  }
  return withGaps(drafts, chosen(drafts, most))
}

function add(drafts: Draft[], op: Op, bearing: Bearing): void {
  const row: TimelineRow = {
    atMs: op.nowMs,
    who: whoDid(op),
    what: whatHappened(op),
    isProof: bearing === 'proof',
    times: 1,
    untilMs: op.nowMs,
  }
  const last = drafts.at(-1)
  const isEndOfLast = last !== undefined && op.phase === 'ok' && op.of === last.op.index && last.row.times === 1
  const isSame = last !== undefined && last.row.who === row.who && last.row.what === row.what
  if (last !== undefined && isEndOfLast) {
    last.row = {
      ...last.row,
      what: `${last.row.what}: done`,
      isProof: last.row.isProof || row.isProof,
      untilMs: row.atMs,
    }
  } else if (last !== undefined && isSame) {
    const times = last.row.times + 1
    last.row = { ...last.row, times, isProof: last.row.isProof || row.isProof, untilMs: row.atMs }
  } else {
    drafts.push({ op, bearing, row })
  }
}

/** The rows that are nearest to the proof; faults and processes count as four times as near. */
function chosen(drafts: readonly Draft[], most: number): ReadonlySet<number> {
  const proofs = drafts.flatMap(({ row }, index) => (row.isProof ? [index] : []))
  const from = proofs.length > 0 ? proofs : [0]
  const distance = drafts.map(({ bearing }, index) => {
    const rows = Math.min(...from.map((proof) => Math.abs(proof - index)))
    return bearing === 'key' ? rows / 4 : rows
  })
  const nearest = [...drafts.keys()].sort((a, b) => distance[a]! - distance[b]! || a - b)
  return new Set(nearest.slice(0, most))
}

function withGaps(drafts: readonly Draft[], kept: ReadonlySet<number>): readonly (TimelineRow | TimelineGap)[] {
  const rows: (TimelineRow | TimelineGap)[] = []
  let leftOut = 0
  for (const [index, { row }] of drafts.entries()) {
    if (!kept.has(index)) {
      leftOut++
      continue
    }
    if (leftOut > 0) rows.push({ leftOut })
    leftOut = 0
    rows.push(row)
  }
  if (leftOut > 0) rows.push({ leftOut })
  return rows
}
