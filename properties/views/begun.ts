/** Transactions as applications had them, in order of beginning; only those that began. */
import type { ByWhat, OpOf } from './by-what.ts'
import { none } from './lists.ts'

/** What one of them was given, and the call that was to end it. */
export interface Begun {
  readonly op: OpOf<'begin-transaction'>
  /** Index of the op that says it has begun: before that, what was left by who had the id last may be ended. */
  readonly began: number
  readonly end: OpOf<'commit-transaction'> | undefined
  readonly ended: OpOf<'commit-transaction'> | undefined
  readonly sends: readonly OpOf<'send'>[]
  readonly offsets: readonly OpOf<'send-offsets'>[]
}

export function begunIn(byWhat: ByWhat): readonly Begun[] {
  const ends = [...byWhat.invoked('commit-transaction'), ...byWhat.invoked('abort-transaction')]
  const begun = byWhat.invoked('begin-transaction').flatMap((op): readonly Begun[] => {
    const beginning = byWhat.endOf(op)
    if (beginning?.phase !== 'ok') return none
    const same = (other: OpOf<'begin-transaction'> | OpOf<'send'> | OpOf<'send-offsets'>) =>
      other.process === op.process &&
      other.incarnation === op.incarnation &&
      other.body.producer === op.body.producer &&
      other.body.transaction === op.body.transaction
    // What kafkajs refused by itself ended nothing.
    const end = ends.filter(same).find((one) => byWhat.endOf(one)?.phase !== 'fail')
    const ended = end === undefined ? undefined : byWhat.endOf(end)
    const sends = byWhat.invoked('send').filter(same)
    const offsets = byWhat.invoked('send-offsets').filter(same)
    return [{ op, began: beginning.index, end, ended, sends, offsets }]
  })
  return begun.length === 0 ? none : begun
}
