/** Transactions as applications had them, in order of beginning; only those that began. */
import type { ByWhat, OpOf } from './by-what.ts'
import { none } from './lists.ts'

/** What one of them was given, and the call that was to end it. */
export interface Begun {
  readonly op: OpOf<'begin-transaction'>
  readonly end: OpOf<'commit-transaction'> | undefined
  readonly ended: OpOf<'commit-transaction'> | undefined
  readonly sends: readonly OpOf<'send'>[]
  readonly offsets: readonly OpOf<'send-offsets'>[]
}

export function begunIn(byWhat: ByWhat): readonly Begun[] {
  const begins = byWhat.invoked('begin-transaction').filter((op) => byWhat.endOf(op)?.phase === 'ok')
  if (begins.length === 0) return none
  const ends = [...byWhat.invoked('commit-transaction'), ...byWhat.invoked('abort-transaction')]
  return begins.map((op) => {
    const same = (other: OpOf<'begin-transaction'> | OpOf<'send'> | OpOf<'send-offsets'>) =>
      other.process === op.process &&
      other.incarnation === op.incarnation &&
      other.body.producer === op.body.producer &&
      other.body.transaction === op.body.transaction
    // What kafkajs refused by itself ended nothing.
    const end = ends.filter(same).find((one) => byWhat.endOf(one)?.phase !== 'fail')
    return {
      op,
      end,
      ended: end === undefined ? undefined : byWhat.endOf(end),
      sends: byWhat.invoked('send').filter(same),
      offsets: byWhat.invoked('send-offsets').filter(same),
    }
  })
}
