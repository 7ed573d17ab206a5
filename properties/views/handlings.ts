/** Deliveries: each call of eachMessage or eachBatch, and by message. */

import type { ByWhat, OpOf } from './by-what.ts'
import { none, push } from './lists.ts'

export interface Handlings {
  readonly all: readonly OpOf<'handler'>[]
  of(message: string): readonly OpOf<'handler'>[]
}

export function handlingsOf(byWhat: ByWhat): Handlings {
  const all = byWhat.invoked('handler')
  let byMessage: Map<string, OpOf<'handler'>[]> | undefined
  // By message they are needed only where something went wrong.
  const index = () => {
    const map = new Map<string, OpOf<'handler'>[]>()
    for (const op of all) {
      for (const { message } of op.body.records) push(map, message, op)
    }
    return map
  }
  return { all, of: (message) => (byMessage ??= index()).get(message) ?? none }
}
