import { evidence } from './evidence.ts'
import type { Evidence, Party, Property } from './property.ts'
import { allowedIf, type Fault, violatedBy } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import { groupBy } from './views/lists.ts'
import type { LogRecord } from './views/log.ts'
import { place } from './views/offset.ts'
import type { Views } from './views.ts'

/**
 * An idempotent producer stores each message once per call of `send()`, and the harness' own writes are there once. Counted within one
 * topic id. An application that calls `send()` again makes a new message: its own doing, judged in effects-at-most-once.
 *
 * Who: two copies with the same producer id, epoch and sequence in one partition passed the broker's window, which is the cluster's
 * fault. Else the client numbered them anew, or sent them to two partitions. A producer that is not idempotent may store a message
 * again after a lost answer: allowed.
 * Smallest violation: one idempotent `send` of m1, m1 appended with sequence 0 and again with sequence 1.
 */
export const noDuplicatesInLog: Property = {
  name: 'no-duplicates-in-log',
  party: 'client',
  says: 'an idempotent producer stores each message once',
  cannotSee:
    'copies in a topic that was created again count on their own; where several records share one identity (a key without `ackward-id`), only more copies than sends are seen',
  clauses: [
    {
      name: 'stored-once',
      says: 'an idempotent producer stores each message once',
      explains: ['repeated'],
      advice:
        'Have one send() under way per idempotent producer (wait for it; maxInFlightRequests: 1 does not do that), put messages for one partition into a send(), and give each a key or a partition: kafkajs asks the partitioner anew for every attempt, and numbers anew what it tries again while another send() goes on.',
    },
  ],
  applies: () => true,
  judge(views) {
    const faults: Fault[] = []
    const allowed: Evidence[] = []
    for (const copies of repeated(views)) {
      const { message, log } = copies[0]!
      const sent = views.sends.of(message).filter(({ topic }) => topic === log.topic)
      const writes = writesOf(views, message, log.topic)
      if (copies.length <= sent.length + writes) continue
      const places = copies.map((copy) => place(log.topic, copy.log.partition, copy.offset)).join(', ')
      const offered = sent.length + writes === 1 ? 'once' : `${sent.length + writes} times`
      const ops = [...sent.map(({ send }) => send.op.index), ...copies.map((copy) => copy.op)]
      const told = (why: string) =>
        evidence(`${message} was sent ${offered} and lies at ${places}: ${why}`, [message], ops)
      if (sent.some(({ send }) => !send.op.body.idempotent)) allowed.push(told('its producer is not idempotent'))
      else faults.push(blame(views, copies, told))
    }
    return faults.length > 0 ? violatedBy(faults) : allowedIf(allowed, 'the producer is not idempotent')
  },
}

/** The copies of each message that has more than one under one topic id. */
function* repeated(views: Views): Iterable<readonly LogRecord[]> {
  for (const message of views.logs.repeated) {
    // What a change of leader lost is not there twice.
    const kept = views.logs.copiesOf(message).filter(({ lostAt }) => lostAt === undefined)
    const byTopicId = groupBy(kept, ({ log }) => `${log.topicId}/${log.era}`)
    for (const copies of byTopicId.values()) if (copies.length > 1) yield copies
  }
}

function writesOf(views: Views, message: string, topic: string): number {
  return views.byWhat.of('written').filter(({ body }) => body.message === message && body.topic === topic).length
}

function blame(views: Views, copies: readonly LogRecord[], told: (why: string) => Evidence): Fault {
  const numbered = new Map<string, number>()
  for (const { log, op, at } of copies) {
    const { body } = views.history.ops[op] as OpOf<'appended'>
    if (body.baseSequence < 0) continue
    const number = `${log.partition} ${body.producerId} ${body.producerEpoch} ${body.baseSequence + at}`
    numbered.set(number, (numbered.get(number) ?? 0) + 1)
  }
  const passedTheWindow = [...numbered.values()].some((times) => times > 1)
  const party: Party = passedTheWindow ? 'cluster' : 'client'
  return {
    party,
    evidence: told(
      passedTheWindow
        ? 'with one and the same sequence number, which the broker let pass twice'
        : 'the client numbered it anew',
    ),
  }
}
