/**
 * Effects that happened more than once.
 *
 * Two effects of one message are the same effect when verb and key agree. An upsert that puts the same value again changes nothing and
 * is no repetition; one that puts another value (a counter that was read and written back) is.
 */
import { evidence } from '../evidence.ts'
import type { Fault } from '../verdicts.ts'
import type { Views } from '../views.ts'
import type { OpOf } from '../views/by-what.ts'
import { groupBy } from '../views/lists.ts'
import type { Deed } from '../views/work.ts'

export function repeatedDeeds(views: Views): readonly Fault[] {
  const { works } = views
  const found: Fault[] = []
  const look = (message: string, deeds: readonly Deed[]) => {
    if (deeds.length < 2) return
    for (const [name, same] of groupBy(deeds, (deed) => deed.name)) {
      const times = same.filter((deed, nth) => nth === 0 || !changesNothing(views, deed, same[nth - 1]!))
      if (times.length < 2) continue
      const says = `${message} had its effect ${times.length} times: ${name}`
      const handlings = views.handlings.of(message).map((op) => op.index)
      found.push({
        party: 'application',
        evidence: evidence(says, [message], [...times.map((deed) => deed.op), ...handlings]),
      })
    }
  }
  if (works.by === 'effects') {
    for (const message of works.messages) look(message, works.deedsOf(message, ''))
  } else {
    for (const { body } of views.byWhat.of('written')) look(body.message, works.deedsOf(body.message, body.topic))
  }
  return found
}

function changesNothing(views: Views, deed: Deed, before: Deed): boolean {
  const value = upserted(views, deed)
  return value !== undefined && value === upserted(views, before)
}

/** What an upsert put there, as text; undefined for every other verb. */
function upserted(views: Views, deed: Deed): string | undefined {
  const { ops } = views.history
  const { body } = ops[deed.op]!
  if (body.what !== 'applied' || body.verb !== 'upsert') return undefined
  const call = ops[body.effect] as OpOf<'effect'> | undefined
  return JSON.stringify(call?.body.value ?? null)
}
