/** Who, which call, when: the parts of a sentence about a place where something strikes. */
import type { Anchor, Role } from '../../harness/plan/plan.ts'
import { listed, ordinal } from './text.ts'

/** `consumer-0 (first life)`. */
const lifeOf = (process: string, incarnation: number): string => `${process} (${ordinal(incarnation)} life)`

export const whoIn = (anchor: Anchor): string => lifeOf(anchor.process, anchor.incarnation)

/** `commit of orders/0 past m17`, `third heartbeat in generation 2 of group g`, `effect for m17`. Without article. */
export function callOf(anchor: Anchor): string {
  const { call, subject, attempt } = anchor
  // What has no subject of its own is found by counting, so the count belongs to its name.
  const isCounted =
    'group' in subject ||
    'transactionalId' in subject ||
    'none' in subject ||
    ('effect' in call && 'messages' in subject && subject.messages.length === 0)
  const count = attempt > 1 || isCounted ? `${ordinal(attempt)} ` : ''
  const about = 'effect' in call ? effectSubject(anchor) : requestSubject(anchor)
  return `${count}${'effect' in call ? effectNoun(call.effect) : requestNoun(call.api)}${about}`
}

/** The point of the call as a clause. `its` when the process is what the sentence is about, else it is named. */
export function momentOf(anchor: Anchor, whose: 'its' | 'named'): string {
  const call = whose === 'its' ? `its ${callOf(anchor)}` : `the ${callOf(anchor)} by ${whoIn(anchor)}`
  const isEffect = 'effect' in anchor.call
  const done = doneTo(anchor)
  switch (anchor.point) {
    case 'before':
      return `before ${call} was ${done}`
    case 'applied':
      return `after ${call} was ${done} and before ${isEffect ? 'it returned' : 'the answer came'}`
    case 'answered':
      return isEffect ? `right after ${call} returned` : `right after the answer to ${call} came`
  }
}

/** What writes is applied; what only reads is handled. */
export function doneTo({ call }: Anchor): 'applied' | 'handled' {
  const name = 'effect' in call ? call.effect : call.api
  return reads.has(name) || /^(Describe|List)/.test(name) ? 'handled' : 'applied'
}

const reads: ReadonlySet<string> = new Set([
  'get',
  'Fetch',
  'Metadata',
  'OffsetFetch',
  'FindCoordinator',
  'ApiVersions',
  'OffsetForLeaderEpoch',
])

export function roleOf(role: Role): string {
  if ('leaderOf' in role) return `the leader of ${role.leaderOf.topic}/${role.leaderOf.partition}`
  if ('coordinatorOf' in role) return `the coordinator of group ${role.coordinatorOf}`
  if ('transactionCoordinatorOf' in role) return `the coordinator of transactional id ${role.transactionCoordinatorOf}`
  return `broker ${role.broker}`
}

function requestNoun(api: string): string {
  const everyday: Readonly<Record<string, string>> = {
    Produce: 'produce',
    Fetch: 'fetch',
    OffsetCommit: 'commit',
    Heartbeat: 'heartbeat',
  }
  return (Object.hasOwn(everyday, api) && everyday[api]) || `${api} request`
}

const effectNoun = (verb: string): string => (verb === 'apply' ? 'effect' : verb)

function requestSubject({ call, subject }: Anchor): string {
  if ('messages' in subject) return ` of ${messagesOf(subject.messages)}`
  if ('after' in subject) {
    const isFetch = 'api' in call && call.api === 'Fetch'
    return subject.after.length === 0
      ? ' of nothing'
      : ` of ${listed(
          subject.after.map((place) => placeOf(place, isFetch)),
          4,
        )}`
  }
  if ('transactionalId' in subject) return ` of transactional id ${subject.transactionalId}`
  if ('none' in subject) return ''
  return subject.generation > 0
    ? ` in generation ${subject.generation} of group ${subject.group}`
    : ` to group ${subject.group} (no generation yet)`
}

function effectSubject({ subject }: Anchor): string {
  if (!('messages' in subject)) return ''
  return subject.messages.length === 0 ? ' that is for no message' : ` for ${messagesOf(subject.messages)}`
}

/** `orders/0:m17` is the place just after m17. */
function placeOf(place: string, isFetch: boolean): string {
  const colon = place.indexOf(':')
  const [partition, message] = [place.slice(0, colon), place.slice(colon + 1)]
  if (message !== '') return `${partition} past ${message}`
  return `${partition} ${isFetch ? 'from' : 'at'} its beginning`
}

export function messagesOf(messages: readonly string[]): string {
  const named = messages.filter((message) => message !== '')
  const nameless = messages.length - named.length
  if (messages.length === 0) return 'no message'
  if (nameless === 0) return listed(named)
  return listed([
    ...named.slice(0, 5),
    nameless === 1 ? 'a record without identity' : `${nameless} records without identity`,
  ])
}
