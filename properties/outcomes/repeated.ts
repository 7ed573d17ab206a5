/**
 * Effects that happened more than once.
 *
 * Two effects of one message are the same effect when verb and key agree. An upsert that puts the same value again changes nothing and
 * is no repetition; one that puts another value (a counter that was read and written back) is.
 */
import { evidence } from '../evidence.ts'
import type { Fault } from '../verdicts.ts'
import type { OpOf } from '../views/by-what.ts'
import { groupBy } from '../views/lists.ts'
import type { Deed } from '../views/work.ts'
import type { Views } from '../views.ts'
import { rewoundBetween } from './position.ts'

/** Adds to `excused` what was repeated because a group was made to read again. */
export function repeatedDeeds(views: Views, excused: (Fault & { readonly by: string })[]): readonly Fault[] {
  const { works } = views
  const found: Fault[] = []
  const look = (message: string, deeds: readonly Deed[]) => {
    if (deeds.length < 2) return
    for (const same of groupBy(deeds, (deed) => deed.name).values()) {
      const { says: deed } = same[0]!
      const again = same.filter((deed, nth) => nth === 0 || !changesNothing(views, message, deed, same[nth - 1]!))
      const times = again.filter((deed, nth) => {
        const rewound = nth === 0 ? undefined : rewoundFor(views, message, again[nth - 1]!, deed)
        if (rewound === undefined) return true
        const says = `${message} had its effect again, ${deed}, as its group was made to read it again`
        const ops = [again[nth - 1]!.op, rewound.op, deed.op]
        excused.push({ party: 'configuration', evidence: evidence(says, [message], ops), by: rewound.by })
        return false
      })
      if (times.length < 2) continue
      const says = `${message} had its effect ${times.length} times: ${deed}`
      const handlings = views.handlings.of(message).map((op) => op.index)
      found.push({
        party: 'application',
        evidence: evidence(says, [message], [...times.map((deed) => deed.op), ...handlings], 'repeated'),
      })
    }
  }
  if (works.by === 'effects') {
    for (const message of works.messages) look(message, works.deedsOf(message, ''))
  } else {
    for (const { body } of views.byWhat.of('written')) {
      // What a change of leader lost did not happen.
      const kept = works.deedsOf(body.message, body.topic).filter(({ record }) => record?.lostAt === undefined)
      look(body.message, kept)
    }
  }
  return found
}

function rewoundFor(views: Views, message: string, before: Deed, after: Deed) {
  for (const { log, offset } of views.logs.copiesOf(message)) {
    const rewound = rewoundBetween(views, { ...log, offset }, before.op, after.op)
    if (rewound !== undefined) return rewound
  }
  return undefined
}

function changesNothing(views: Views, message: string, deed: Deed, before: Deed): boolean {
  const value = upserted(views, message, deed)
  return value !== undefined && value === upserted(views, message, before)
}

/** What an upsert put there, as text; undefined for every other verb, and where its call is not in the history. */
function upserted(views: Views, message: string, deed: Deed): string | undefined {
  const { index, process, incarnation, body } = views.history.ops[deed.op]!
  if (body.what !== 'applied' || body.verb !== 'upsert') return undefined
  const calls = views.works
    .triesOf(message)
    .filter((op) => op.index < index && op.process === process && op.incarnation === incarnation)
  const values = calls.map((op) => (op.body.what === 'effect' ? valueIn(op.body, body.key) : undefined))
  return values.findLast((value) => value !== undefined)
}

/** A call of `upsert`, or of a transaction, whose value lists its writes. */
function valueIn({ verb, key, value }: OpOf<'effect'>['body'], of: string): string | undefined {
  if (verb === 'upsert' && key === of) return JSON.stringify(value ?? null)
  if (verb !== 'transaction' || !Array.isArray(value)) return undefined
  const write = value.findLast((one) => one?.verb === 'upsert' && one.key === of)
  return write === undefined ? undefined : JSON.stringify(write.value ?? null)
}
