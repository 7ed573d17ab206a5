import { evidence } from './evidence.ts'
import type { Property } from './property.ts'
import { type Fault, violatedBy } from './verdicts.ts'
import { offsetOf, place } from './views/offset.ts'
import { endOf, logAt } from './views/visible.ts'
import type { Views } from './views.ts'

/**
 * The high watermark that eachBatch is told, and from which lag is counted, lies behind the batch, and not behind the end of the log.
 * Smallest violation: orders/0 ends at 2, and a batch of m1 comes with high watermark 5.
 */
export const lagTruth: Property = {
  name: 'lag-truth',
  party: 'cluster',
  says: 'the high watermark of a batch tells the truth',
  cannotSee:
    'eachMessage, which is told none; how old it is, between the last record of the batch and the end of the log; that lag counts records whose transaction is open, as kafkajs counts from the high watermark',
  applies: () => true,
  judge(views) {
    const faults: Fault[] = []
    for (const op of views.handlings.all) {
      const last = op.body.records.at(-1)
      if (op.body.highWatermark === undefined || last === undefined) continue
      const fault = wrong(views, op.index, last, offsetOf(op.body.highWatermark))
      if (fault === undefined) continue
      const { topic, partition, offset, message } = last
      const says = `a batch up to ${place(topic, partition, offset)} came with the high watermark ${op.body.highWatermark}, and ${fault.says}`
      faults.push({ party: fault.party, evidence: evidence(says, [message], [op.index]) })
    }
    return violatedBy(faults)
  },
}

function wrong(
  views: Views,
  op: number,
  { topic, partition, offset }: { readonly topic: string; readonly partition: number; readonly offset: string },
  highWatermark: number,
): { readonly party: Fault['party']; readonly says: string } | undefined {
  if (highWatermark <= offsetOf(offset)) return { party: 'cluster', says: 'nobody may read beyond it' }
  const log = logAt(views, topic, partition, op)
  if (log === undefined) return undefined
  const end = endOf(views, log, op)
  return highWatermark > end ? { party: 'cluster', says: `the log ended at ${end}` } : undefined
}
