/** Fifteen ways to break replication, reloading and truncation; all were written down before one was tried. */
import { edit, type Mutant } from './mutant.ts'

const leadership = 'harness/model/replication/leadership.ts'
const isr = 'harness/model/replication/isr.ts'
const election = 'harness/model/replication/election.ts'
const follower = 'harness/model/replication/follower.ts'
const log = 'harness/model/log.ts'
const groups = 'harness/model/group/shard.ts'
const transactions = 'harness/model/transaction/shard.ts'

export const replicationMutants: readonly Mutant[] = [
  {
    name: 'r01-nobody-is-waited-for',
    what: 'a leader takes what it has for replicated',
    edits: [edit(leadership, `  if (role.followers.size > 0) {`, `  if (role.followers.size > 9) {`)],
  },
  {
    name: 'r02-anybody-may-lead',
    what: 'the next leader is any replica that is up, in sync or not',
    edits: [
      edit(
        election,
        `const others = partition.isr.filter((id) => id !== gone)\n    const next`,
        `const others = partition.replicas.map(({ broker }) => broker).filter((id) => id !== gone)\n    const next`,
      ),
    ],
  },
  {
    name: 'r03-nothing-is-cut-off',
    what: 'a follower keeps what its leader has not',
    edits: [edit(follower, `cutOff(ctx, replica, truncationPoint(replica.log, got.divergedIn, got.endOffset))`, ``)],
  },
  {
    name: 'r04-cut-off-at-the-high-watermark',
    what: 'a follower of a new leader cuts off what lies behind its own high watermark (as before KIP-101)',
    edits: [
      edit(
        follower,
        `  fetchers.set(leader, fetcher)\n  fetcher.replicas.add(replica)`,
        `  fetchers.set(leader, fetcher)\n  cutOff(ctx, replica, replica.log.highWatermark)\n  fetcher.replicas.add(replica)`,
      ),
    ],
  },
  {
    name: 'r05-nobody-is-put-out',
    what: 'a broker that is gone stays in sync',
    edits: [
      edit(
        election,
        `  } else if (partition.isr.includes(gone) && partition.isr.length > 1) {`,
        `  } else if (partition.isr.includes(gone) && partition.isr.length > 9) {`,
      ),
    ],
  },
  {
    name: 'r06-let-in-too-early',
    what: 'a follower is in sync as soon as it asks',
    edits: [
      edit(
        isr,
        `if (role.isr.includes(follower) || progress.endOffset < highWatermark || progress.endOffset < role.startOffset) return`,
        `if (role.isr.includes(follower) || progress.endOffset < highWatermark - 1_000n) return`,
      ),
    ],
  },
  {
    name: 'r07-min-in-sync-is-not-asked',
    what: 'acks=all is taken however few are in sync',
    edits: [
      edit(
        leadership,
        `return Math.min(own ?? state.config.minInSyncReplicas, followers.size + 1)`,
        `return Math.min(own ?? state.config.minInSyncReplicas, followers.size + 1, 1)`,
      ),
    ],
  },
  {
    name: 'r08-epoch-stays',
    what: 'a new leader leads in the epoch of the one before',
    edits: [
      edit(
        election,
        `  partition.leader = broker\n  partition.leaderEpoch++`,
        `  if (partition.leader === null) partition.leaderEpoch++\n  partition.leader = broker`,
      ),
    ],
  },
  {
    name: 'r09-known-before-its-death',
    what: 'what a follower had before it went down is taken for what it has now (as before KIP-903)',
    edits: [
      edit('harness/model/replication/serving.ts', `progress.isGone = true`, `progress.isGone = false`),
      edit(
        'harness/model/broker-life.ts',
        `if (of === id || isAskedByIt) state.timers.delete(timer)`,
        `if (of === id) state.timers.delete(timer)`,
      ),
    ],
  },
  {
    name: 'r10-followers-know-no-producers',
    what: 'a new leader does not know what producers wrote before: what comes again is stored again',
    edits: [edit(log, `  if (copy.producerId >= 0n) takeIn(log, copy)`, ``)],
  },
  {
    name: 'r11-producers-outlive-truncation',
    what: 'what producers wrote is still known when it was cut off',
    edits: [
      edit(
        'harness/model/log-truncation.ts',
        `  if (log.startOffset > endOffset) log.startOffset = endOffset\n  rebuildProducers(log)`,
        `  if (log.startOffset > endOffset) log.startOffset = endOffset\n  log.lastStableOffset = stableUpTo(log)`,
      ),
    ],
  },
  {
    name: 'r12-groups-are-not-read',
    what: 'a new group coordinator begins without what is in its log',
    edits: [
      edit(
        groups,
        `replay(readInternal(ctx.state, offsetsTopic, partition, shard.broker))`,
        `replay(readInternal(ctx.state, offsetsTopic, partition, shard.broker, 0n))`,
      ),
    ],
  },
  {
    name: 'r13-markers-are-not-sent-again',
    what: 'a new transaction coordinator leaves undone what was decided',
    edits: [
      edit(transactions, `if (isPending(transaction)) sendMarkers(ctx, shard, transaction)`, `isPending(transaction)`),
    ],
  },
  {
    name: 'r14-served-while-reading',
    what: 'a coordinator of transactions serves before it has read its log',
    edits: [
      edit(
        transactions,
        `  if (shard.loading !== null) return 'COORDINATOR_LOAD_IN_PROGRESS'\n  expireIds`,
        `  expireIds`,
      ),
    ],
  },
  {
    name: 'r15-coordinators-do-not-wait',
    what: 'a coordinator answers before its followers have what it wrote',
    edits: [
      edit(
        leadership,
        `  if (replica.log.highWatermark >= upTo) {\n    then(ctx, enough(ctx.state, replica))`,
        `  if (replica.log.highWatermark >= upTo || replica.topic.startsWith('__')) {\n    then(ctx, null)`,
      ),
    ],
  },
]
