import type { Plan } from '../harness/plan/plan.ts'
import { evidence } from './evidence.ts'
import type { Evidence, Property } from './property.ts'
import { allowedIf, violatedIf } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import type { LogRecord } from './views/log.ts'
import { place } from './views/offset.ts'
import type { Part } from './views/transactions.ts'
import type { Views } from './views.ts'

/**
 * What a producer writes after its transactional id was given to another (a larger epoch) never becomes visible to who reads committed
 * records.
 *
 * Before KIP-890 (releases before 3.6) nobody asks the coordinator: a late write is taken by a partition that has not seen the larger
 * epoch, joins the next transaction that writes there, and is committed with it. That is allowed there, and told.
 * Smallest violation: transactional id t moves from epoch 0 to 1, m1 of epoch 0 is appended to orders/0, and a commit marker follows.
 */
export const fencedWrites: Property = {
  name: 'fenced-writes',
  party: 'cluster',
  says: 'what a fenced producer writes never reaches a reader of committed records',
  cannotSee: 'a producer that is fenced without a transactional id; a broker whose verification was switched off',
  applies: () => true,
  judge(views, { plan }) {
    const wrong: Evidence[] = []
    const allowed: Evidence[] = []
    for (const part of views.transactions.parts) {
      if (part.marker?.body.is !== 'commit') continue
      for (const record of part.records) {
        const batch = views.history.ops[record.op] as OpOf<'appended'>
        const given = views.transactions.epochBefore(part.producerId, record.op)
        if (given === undefined || given.body.producerEpoch <= batch.body.producerEpoch) continue
        const where = `${record.message || 'a record'} (${place(part.topic, part.partition, record.offset)})`
        const says = `${where} was written in epoch ${batch.body.producerEpoch} of ${given.body.transactionalId}, after epoch ${given.body.producerEpoch} had been given out, and was committed`
        const found = evidence(says, [record.message], [given.index, record.op, part.marker.index])
        if (verifies(plan) || hasSeen(views, part, record, given.body.producerEpoch)) wrong.push(found)
        else allowed.push(found)
      }
    }
    return wrong.length > 0 ? violatedIf(wrong, 'cluster') : allowedIf(allowed, rule)
  },
}

const rule = 'before KIP-890 a partition that has not seen the new epoch takes a late write of the old one'

/** transaction.partition.verification.enable, which came with 3.6. */
function verifies({ topology }: Plan): boolean {
  const [major = 0, minor = 0] = topology.imitate.split('.').map(Number)
  return major > 3 || (major === 3 && minor >= 6)
}

function hasSeen(views: Views, { producerId, topicId, partition }: Part, { op }: LogRecord, epoch: number): boolean {
  const batches = [...views.byWhat.of('appended'), ...views.byWhat.of('marker')]
  return batches.some(
    ({ index, body }) =>
      index < op &&
      body.topicId === topicId &&
      body.partition === partition &&
      body.producerId === producerId &&
      body.producerEpoch >= epoch,
  )
}
