/** Ways to break transactions, fencing and the commits inside of transactions: twenty, written down before any was tried. */
import { edit, type Mutant } from './mutant.ts'

const beginning = 'harness/model/transaction/beginning.ts'
const ending = 'harness/model/transaction/ending.ts'
const markers = 'harness/model/transaction/markers.ts'
const log = 'harness/model/log-transactions.ts'
const producers = 'harness/model/producers.ts'

export const transactionMutants: readonly Mutant[] = [
  {
    name: 't01-no-epoch-bump',
    what: 'who comes with a transactional id gets the epoch of whoever had it before',
    edits: [
      edit(
        beginning,
        `if (expected === null) return { producerId, epoch: epoch + 1, lastEpoch: noEpoch }`,
        `if (expected === null) return { producerId, epoch: Math.max(0, epoch), lastEpoch: noEpoch }`,
      ),
    ],
  },
  {
    name: 't02-open-transaction-is-kept',
    what: 'who comes with a transactional id goes on in the transaction that was left open',
    edits: [
      edit(
        beginning,
        `    abortFenced(ctx, shard, transaction, (now, error) => then(now, error ?? 'CONCURRENT_TRANSACTIONS'))`,
        `    then(ctx, { producerId: transaction.producerId, epoch: transaction.epoch })`,
      ),
    ],
  },
  {
    name: 't03-coordinator-takes-old-epochs',
    what: 'the coordinator serves a producer that was fenced',
    edits: [
      edit('harness/model/transaction/shard.ts', `known.epoch === producerEpoch ?`, `known.epoch >= producerEpoch ?`),
    ],
  },
  {
    name: 't04-partition-takes-old-epochs',
    what: 'a partition takes records of a producer that was fenced there',
    edits: [
      edit(
        producers,
        `if (entry !== undefined && batch.producerEpoch < entry.epoch) return 'INVALID_PRODUCER_EPOCH'`,
        ``,
      ),
      edit(
        producers,
        `if (batch.producerEpoch !== entry.epoch) return batch.baseSequence === 0`,
        `if (batch.producerEpoch !== entry.epoch) return batch.producerEpoch < entry.epoch || batch.baseSequence === 0`,
      ),
    ],
  },
  {
    name: 't05-abort-does-not-fence',
    what: 'a transaction that is aborted for its successor, or that timed out, leaves its producer its epoch',
    edits: [
      edit(
        ending,
        `decide(ctx, shard, transaction, 'PrepareAbort', transaction.epoch + 1, `,
        `decide(ctx, shard, transaction, 'PrepareAbort', transaction.epoch, `,
      ),
    ],
  },
  {
    name: 't06-no-last-stable-offset',
    what: 'read_committed readers see up to the high watermark',
    edits: [
      edit(
        log,
        `  for (const first of log.open.values()) {\n    if (first < upTo)`,
        `  for (const first of [] as bigint[]) {\n    if (first < upTo)`,
      ),
    ],
  },
  {
    name: 't07-aborts-are-not-indexed',
    what: 'a marker that aborts is not remembered for readers',
    edits: [
      edit(log, `if (marker.type === 'abort' && (known`, `if (marker.type === 'abort' && producerId < 0n && (known`),
    ],
  },
  {
    name: 't08-readers-are-not-told',
    what: 'a fetch is not told of aborted transactions but the last one',
    edits: [
      edit(
        log,
        `if (each.lastStableOffset >= upTo) break\n  }\n  return found`,
        `if (each.lastStableOffset >= upTo) break\n  }\n  return found.slice(-1)`,
      ),
    ],
  },
  {
    name: 't09-always-committed',
    what: 'every marker commits',
    edits: [
      edit(
        markers,
        `phase === 'PrepareCommit' ? 'commit' : 'abort'`,
        `phase === 'PrepareCommit' ? 'commit' : 'commit'`,
      ),
    ],
  },
  {
    name: 't10-offsets-at-once',
    what: 'offsets in a transaction are committed at once',
    edits: [
      edit(
        'harness/model/group/commits.ts',
        `setPending(offsets, producer.producerId, commit, committedIn(commit, recordOffset))`,
        `setCommitted(offsets, commit.topic, commit.partition, committedIn(commit, recordOffset))`,
      ),
    ],
  },
  {
    name: 't11-aborted-offsets-count',
    what: 'offsets of a transaction that was aborted are committed all the same',
    edits: [
      edit(
        'harness/model/group/offsets.ts',
        `if (pending === undefined || !commit) return []`,
        `if (pending === undefined) return []`,
      ),
    ],
  },
  {
    name: 't12-committed-offsets-are-lost',
    what: 'offsets of a transaction that was committed are forgotten',
    edits: [
      edit(
        'harness/model/group/offsets.ts',
        `if (pending === undefined || !commit) return []`,
        `if (pending === undefined || commit) return []`,
      ),
    ],
  },
  {
    name: 't13-no-time-out',
    what: 'a transaction that nobody ends stays open for ever',
    edits: [
      edit(
        'harness/model/transaction/timeouts.ts',
        `return phase === 'Ongoing' && startedAtMs`,
        `return phase === 'Ongoing' && timeoutMs < 0 && startedAtMs`,
      ),
    ],
  },
  {
    name: 't14-markers-are-not-resumed',
    what: 'a coordinator that moved does not go on with the markers of what was decided',
    edits: [
      edit(
        'harness/model/transaction/shard.ts',
        `if (isPending(transaction)) sendMarkers(ctx, shard, transaction)`,
        `if (isPending(transaction)) transaction.isStuck = true`,
      ),
    ],
  },
  {
    name: 't15-new-transaction-too-early',
    what: 'the next transaction may begin before the markers of the last one are written',
    edits: [
      edit(
        'harness/model/transaction/adding.ts',
        `    then(ctx, 'CONCURRENT_TRANSACTIONS')\n    return\n  }\n  const isOngoing`,
        `    then(ctx, 'NONE')\n    return\n  }\n  const isOngoing`,
      ),
    ],
  },
  {
    name: 't16-end-decides-nothing',
    what: 'a commit is answered and not carried out',
    edits: [
      edit(
        ending,
        `if (typeof transaction === 'string' || answer !== null) then(ctx, answer!)`,
        `if (typeof transaction === 'string' || answer !== null || commit) then(ctx, answer ?? 'NONE')`,
      ),
    ],
  },
  {
    name: 't17-no-verification',
    what: 'a write that comes late begins a transaction that nobody knows of (as before KIP-890)',
    edits: [
      edit(
        'harness/model/transaction/verification.ts',
        `if (!transactionConfigOf(ctx.state).verification) return errors`,
        `if (transactionConfigOf(ctx.state).verification) return errors`,
      ),
    ],
  },
  {
    name: 't18-epochs-share-sequences',
    what: 'a new epoch may go on with the sequence of the old one',
    edits: [
      edit(
        producers,
        `if (batch.producerEpoch !== entry.epoch) return batch.baseSequence === 0`,
        `if (batch.producerEpoch !== entry.epoch) return true`,
      ),
    ],
  },
  {
    name: 't19-one-marker-only',
    what: 'of the partitions of a transaction only the first gets its marker',
    edits: [
      edit(
        markers,
        `  for (const place of transaction.partitions.values()) {\n    send(`,
        `  transaction.partitions = new Map([...transaction.partitions].slice(0, 1))\n  for (const place of transaction.partitions.values()) {\n    send(`,
      ),
    ],
  },
  {
    name: 't20-the-dead-may-beat',
    what: 'a heartbeat of who is no member any more is welcome',
    edits: [
      edit(
        'harness/model/handlers/12-heartbeat.ts',
        `if (error !== null) return error\n`,
        `if (error === 'UNKNOWN_MEMBER_ID') return 'NONE'\n  if (error !== null) return error\n`,
      ),
    ],
  },
]
