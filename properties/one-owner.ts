import { evidence } from './evidence.ts'
import type { Clause, Property } from './property.ts'
import { type Fault, violatedBy } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import { place } from './views/offset.ts'
import type { Views } from './views.ts'

const clauses = {
  owner: { name: 'one-owner', says: 'a partition has one owner per group and generation', explains: ['repeated'] },
  lost: {
    name: 'nothing-after-revoke',
    says: 'nothing is handed out of a partition that the client has learnt to have lost',
    explains: ['repeated'],
    advice:
      'Note consumer.events.REBALANCING, and throw in eachMessage until the next GROUP_JOIN: when its rejoin fails, kafkajs goes on with the old assignment. (Do not skip: what eachMessage returns from is committed.) Effects that must not happen twice need a guard in your own store, such as the id of the message in the same transaction',
  },
} as const satisfies Record<string, Clause>

/**
 * A partition has one owner per group and generation, and a process handles nothing after its client *learnt* that it lost the
 * partition: after a revoke and before the next assignment, or outside of its last assignment.
 *
 * Two owners in one assignment are the doing of the client that leads the group; two assignments of one generation are the cluster's.
 * Handling after the revoke is the client's. What was in hand when the revoke came is no violation: only what was handed out after.
 * Smallest violation: generation 1 of group g gives orders/0 to a and to b.
 */
export const oneOwner: Property = {
  name: 'one-owner',
  party: 'client',
  says: 'a partition has one owner per generation, and nothing is handed out that the client knows it has lost',
  cannotSee:
    'a process that does not know yet (a zombie): that is what generations are for; several consumers of one group in one process are not told apart, so their handlers are not judged',
  clauses: Object.values(clauses),
  applies: () => true,
  judge(views) {
    const faults: Fault[] = []
    assignments(views, faults)
    handouts(views, faults)
    return violatedBy(faults)
  },
}

function assignments(views: Views, faults: Fault[]): void {
  const owners = new Map<string, { member: string; op: number }>()
  const resets = views.wipes.all.filter((wipe) => wipe.by === 'cluster-reset')
  for (const { index, body } of views.byWhat.of('assignment')) {
    // A new cluster counts generations from the beginning.
    const era = resets.findLastIndex((wipe) => wipe.op < index)
    for (const { member, topic, partition } of body.owners) {
      const key = `${era} ${body.group} ${body.generation} ${partition} ${topic}`
      const known = owners.get(key)
      if (known === undefined) owners.set(key, { member, op: index })
      else if (known.member !== member) {
        const says = `${place(topic, partition)} belongs to ${known.member} and to ${member} in generation ${body.generation} of group ${body.group}`
        const party = known.op === index ? 'client' : 'cluster'
        faults.push({ party, evidence: evidence(says, [], [known.op, index], clauses.owner.name) })
      }
    }
  }
}

/** What one process knows it owns in one group. */
interface Ownership {
  readonly consumer: number
  /** Undefined after a revoke. */
  assigned: OpOf<'assigned'> | undefined
  lost: OpOf<'revoked'> | undefined
  several: boolean
}

function handouts(views: Views, faults: Fault[]): void {
  const assigned = views.byWhat.of('assigned')
  if (assigned.length === 0) return
  const revoked = views.byWhat.of('revoked')
  const known = new Map<string, Ownership>()
  let nextAssigned = 0
  let nextRevoked = 0
  for (const op of views.handlings.all) {
    // Bring what each process knows up to this moment; of two tidings, the earlier first.
    for (;;) {
      const join = assigned[nextAssigned]
      const loss = revoked[nextRevoked]
      const joins = join !== undefined && join.index < op.index && (loss === undefined || join.index < loss.index)
      if (joins) {
        learn(known, join).assigned = join
        nextAssigned++
      } else if (loss !== undefined && loss.index < op.index) {
        const ownership = learn(known, loss)
        ownership.assigned = undefined
        ownership.lost = loss
        nextRevoked++
      } else break
    }
    const ownership = known.get(keyOf(op))
    if (ownership === undefined || ownership.several) continue
    const wrong = op.body.records.find(
      ({ topic, partition }) =>
        ownership.assigned?.body.partitions.some((own) => own.partition === partition && own.topic === topic) !== true,
    )
    if (wrong === undefined) continue
    const where = `${wrong.message || 'a record'} (${place(wrong.topic, wrong.partition, wrong.offset)})`
    const why = ownership.assigned === undefined ? 'after it learnt that it had lost it' : 'which is not assigned to it'
    const since = ownership.assigned ?? ownership.lost
    const says = `${op.process} was handed ${where}, ${why}`
    faults.push({
      party: 'client',
      evidence: evidence(says, [wrong.message], [since?.index, op.index], clauses.lost.name),
    })
  }
}

function learn(known: Map<string, Ownership>, op: OpOf<'assigned'> | OpOf<'revoked'>): Ownership {
  const key = keyOf(op)
  const { consumer } = op.body
  let ownership = known.get(key)
  if (ownership === undefined) {
    known.set(key, (ownership = { consumer, assigned: undefined, lost: undefined, several: false }))
  }
  if (ownership.consumer !== consumer) ownership.several = true
  return ownership
}

function keyOf(op: OpOf<'assigned'> | OpOf<'revoked'> | OpOf<'handler'>): string {
  return `${op.process}#${op.incarnation}#${op.body.group}`
}
