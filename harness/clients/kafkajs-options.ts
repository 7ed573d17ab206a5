/** What an application chose in `subscribe()` and `run()`, with the defaults of kafkajs 2.2.4 (src/consumer/index.js) filled in. */
import type { Options } from '../history/client-calls.ts'

export interface Chooser {
  readonly group: string
  readonly readUncommitted: boolean
}

/** Malformed input is kafkajs' to refuse, in its own words: nothing here throws. */
export function optionsOf(what: string, argument: unknown, { group, readUncommitted }: Chooser): Options | undefined {
  const given = (typeof argument === 'object' && argument !== null ? argument : {}) as Record<string, unknown>
  if (what === 'subscribe') return { group, topics: topicsOf(given), fromBeginning: given.fromBeginning === true }
  if (what !== 'run') return undefined
  return {
    group,
    readUncommitted,
    autoCommit: given.autoCommit !== false,
    eachBatchAutoResolve: given.eachBatchAutoResolve !== false,
  }
}

function topicsOf({ topic, topics }: Record<string, unknown>): readonly string[] {
  const subscribed: readonly unknown[] = Array.isArray(topics) ? topics : [topic]
  return subscribed.map((one) => (one instanceof RegExp ? one.source : String(one)))
}
