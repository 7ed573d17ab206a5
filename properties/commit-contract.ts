import type { PartitionOffset } from '../harness/history/op.ts'
import { evidence } from './evidence.ts'
import type { Property } from './property.ts'
import { type Fault, holds, unknown, violatedBy } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import { place } from './views/offset.ts'
import type { Views } from './views.ts'

/**
 * A `commitOffsets()` that resolves, and an automatic commit that kafkajs tells of, is committed: each of its offsets was stored for the
 * group by then, after it was asked for or as what stood there already.
 * Smallest violation: commitOffsets of orders/0 at 1 resolves, and the coordinator never stored it.
 */
export const commitContract: Property = {
  name: 'commit-contract',
  party: 'client',
  says: 'a commit that resolves is committed',
  cannotSee: 'a commit that was stored and forgotten again, which committed-never-back judges; what seek() commits',
  clauses: [
    {
      name: 'resolved-is-committed',
      says: 'a commitOffsets() that resolves is committed',
      explains: ['repeated'],
      advice:
        'Wait for running handlers before you call stop() or disconnect(): once it is stopping, kafkajs resolves commitOffsets() and commits nothing. What is handled and not committed comes again: be ready for it.',
    },
  ],
  applies: () => true,
  judge(views) {
    const told = views.byWhat.of('commit').filter(({ phase }) => phase === 'ok')
    if (told.length === 0) return holds
    if (views.logs.all.length === 0 && views.byWhat.of('committed').length === 0) {
      return unknown('the history does not show what coordinators stored')
    }
    const faults: Fault[] = []
    for (const op of told) look(views, op, faults)
    return violatedBy(faults)
  },
}

function look(views: Views, op: OpOf<'commit'>, faults: Fault[]): void {
  // One that kafkajs made by itself is only told when it is done.
  const asked = op.of ?? -1
  for (const at of op.body.offsets) {
    const { topic, partition, offset } = at
    const line = views.commits.find(
      (one) => one.group === op.body.group && one.topic === topic && one.partition === partition,
    )
    const moves = line?.moves.filter((move) => move.op < op.index) ?? []
    const value = Number(offset)
    const stood = moves.findLast((move) => move.op < asked)
    if (stood?.offset === value || moves.some((move) => move.op > asked && move.offset === value)) continue
    const says = `${op.process} was told that ${offset} is committed in ${place(topic, partition)} for group ${op.body.group}, and nobody had stored it`
    const messages = between(views, at, stood?.offset ?? 0, op.index)
    faults.push({ party: 'client', evidence: evidence(says, messages, [op.of, op.index]) })
  }
}

/** What the commit was to pass, and did not: it comes again. */
function between(views: Views, { topic, partition, offset }: PartitionOffset, from: number, upTo: number): string[] {
  const log = views.logs.of(topic, partition).findLast(({ records }) => records.some(({ op }) => op < upTo))
  const passed = log?.records.filter((one) => one.op < upTo && one.offset >= from && one.offset < Number(offset)) ?? []
  return passed.map(({ message }) => message).filter((message) => message !== '')
}
