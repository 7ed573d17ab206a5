/**
 * The one pass over a history: its ops by what they say, and the end of every op that was invoked. All other views start here, so
 * that none of them walks the whole history again.
 */

import type { Body, History, Op } from '../../harness/history/op.ts'
import { none, push } from './lists.ts'

export type What = Body['what']
/** The body of that kind; kinds that share one declaration (`connect`, `run`, …) come as that declaration. */
export type BodyOf<W extends What> = Body extends infer B
  ? B extends { readonly what: infer V }
    ? W extends V
      ? B
      : never
    : never
  : never
export type OpOf<W extends What> = Op & { readonly body: BodyOf<W> }

export interface ByWhat {
  /** In order of the history; ops that were invoked and their ends are both in it. */
  of<W extends What>(what: W): readonly OpOf<W>[]
  /** Only the beginnings: phase `invoke`. */
  invoked<W extends What>(what: W): readonly OpOf<W>[]
  /** The op that ended this one; undefined while it is open, which a finished history has only after a torn run. */
  endOf<W extends What>(op: OpOf<W>): OpOf<W> | undefined
  /** Not ended by this position of the history: a process that hangs there has it in hand. */
  openAt(op: Op, index: number): boolean
}

export function byWhat(history: History): ByWhat {
  const lists = new Map<What, Op[]>()
  const ends: (Op | undefined)[] = new Array(history.ops.length)
  for (const op of history.ops) {
    push(lists, op.body.what, op)
    if (op.of !== undefined) ends[op.of] = op
  }
  const of = <W extends What>(what: W) => (lists.get(what) ?? none) as readonly OpOf<W>[]
  return {
    of,
    invoked: (what) => of(what).filter((op) => op.phase === 'invoke'),
    endOf: <W extends What>(op: OpOf<W>) => ends[op.index] as OpOf<W> | undefined,
    openAt(op, index) {
      if (op.phase !== 'invoke' || op.index > index) return false
      const end = ends[op.index]
      return end === undefined || end.index > index
    },
  }
}
