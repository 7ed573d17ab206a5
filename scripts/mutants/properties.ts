/**
 * Ways to break what judges: each makes a property blind to, or too strict about, what it is for. Their own hand-written histories should
 * notice: `npm run mutants -- p --no-matrix --unit`. Written down before any was tried.
 */
import { edit, type Mutant } from './mutant.ts'

export const propertyMutants: readonly Mutant[] = [
  {
    name: 'p01-open-is-lost',
    what: 'a message whose handler is still running at the end is lost',
    edits: [
      edit(
        'properties/outcomes/consumed.ts',
        `  if ([...handlings, ...tries].some((op) => views.byWhat.openAt(op, rest.upTo))) {`,
        `  if ([...tries].some((op) => views.byWhat.openAt(op, rest.upTo))) {`,
      ),
    ],
  },
  {
    name: 'p02-other-values-are-the-same',
    what: 'an upsert that puts another value is no repetition',
    edits: [
      edit(
        'properties/outcomes/repeated.ts',
        `  return value !== undefined && value === upserted(views, message, before)`,
        `  return value !== undefined && upserted(views, message, before) !== undefined`,
      ),
    ],
  },
  {
    name: 'p03-one-past-is-fine',
    what: 'a commit may pass the last record that is being worked on',
    edits: [
      edit(
        'properties/commit-not-past-unfinished.ts',
        `      if (record.offset >= move.offset || record.op > move.op) break`,
        `      if (record.offset + 1 >= move.offset || record.op > move.op) break`,
      ),
    ],
  },
  {
    name: 'p04-aborted-is-committed',
    what: 'a reader of committed records may be handed an aborted one',
    edits: [
      edit(
        'properties/read-committed.ts',
        `    if (marker?.body.is === 'commit' && marker.index < op.index) continue`,
        `    if (marker !== undefined && marker.index < op.index) continue`,
      ),
    ],
  },
  {
    name: 'p05-any-marker-will-do',
    what: 'an abort marker in one partition of a committed transaction is its end there',
    edits: [
      edit(
        'properties/transactions-atomic.ts',
        `    if (marker?.body.is === is) continue`,
        `    if (marker !== undefined) continue`,
      ),
    ],
  },
  {
    name: 'p06-one-epoch-behind',
    what: 'a write in the epoch before the one that was given out last is no zombie’s',
    edits: [
      edit(
        'properties/fenced-writes.ts',
        `given.body.producerEpoch <= batch.body.producerEpoch) continue`,
        `given.body.producerEpoch <= batch.body.producerEpoch + 1) continue`,
      ),
    ],
  },
  {
    name: 'p07-only-the-latest-ok',
    what: 'order is compared with the send that was acknowledged last, not first',
    edits: [
      edit(
        'properties/order-per-producer-and-partition.ts',
        `    if (ok < known.okAt) {`,
        `    if (ok > known.okAt) {`,
      ),
    ],
  },
  {
    name: 'p08-seen-in-another-life',
    what: 'what a former life was handed is not skipped by this one',
    edits: [
      edit(
        'properties/start-position.ts',
        `index < op.index && process === op.process && incarnation === op.incarnation,\n      )`,
        `index < op.index && process === op.process && incarnation <= op.incarnation,\n      )`,
      ),
    ],
  },
  {
    name: 'p09-back-to-the-beginning',
    what: 'a commit that goes back to 0 was declared',
    edits: [
      edit(
        'properties/committed-never-back.ts',
        `  if (move.offset >= 0) return false`,
        `  if (move.offset > 0) return false`,
      ),
    ],
  },
  {
    name: 'p10-blamed-for-one-of-many',
    what: 'the client is to blame for all messages when it explains one of them',
    edits: [edit('properties/blame.ts', `    one.messages.every((message) =>`, `    one.messages.some((message) =>`)],
  },
]
