/**
 * Ways to break ackward's own ground: what the default scenarios should notice, or why they can't.
 *
 * The first sixteen numbers were written down before any was tried; letters are variants of one way, numbers from 17 on came later.
 */
import { edit, type Mutant } from './mutant.ts'
import { propertyMutants } from './properties.ts'
import { replicationMutants } from './replication.ts'
import { transactionMutants } from './transactions.ts'

export const mutants: readonly Mutant[] = [
  {
    name: '1a-no-duplicates-known',
    what: 'a batch that comes again is not recognized: OUT_OF_ORDER_SEQUENCE_NUMBER',
    edits: [
      edit(
        'harness/model/producers.ts',
        `  return entry.batches.find((known) =>`,
        `  return [].find((known: RetainedBatch) =>`,
      ),
    ],
  },
  {
    name: '1b-no-idempotence',
    what: 'sequences are not looked at: a batch that comes again is appended again',
    edits: [
      edit(
        'harness/model/append.ts',
        `if (header.producerId >= 0n) {\n    forgetOld`,
        `if (header.producerId >= 0n && origin !== 'client') {\n    forgetOld`,
      ),
    ],
  },
  {
    name: '2a-commit-of-old-generation',
    what: 'a member commits with the generation before',
    edits: [
      edit(
        'harness/model/handlers/08-offset-commit.ts',
        `  if (generationIdOrMemberEpoch !== group.generation) return`,
        `  if (generationIdOrMemberEpoch > group.generation) return`,
      ),
    ],
  },
  {
    name: '2b-commit-of-a-zombie',
    what: 'whoever was once in the group may commit with an old generation',
    edits: [
      edit(
        'harness/model/handlers/08-offset-commit.ts',
        `  const error = outside ? 'UNKNOWN_MEMBER_ID'`,
        `  if (!outside && generationIdOrMemberEpoch < group.generation) return null\n  const error = outside ? 'UNKNOWN_MEMBER_ID'`,
      ),
    ],
  },
  {
    name: '3a-watermark-in-the-log',
    what: 'the log has its high watermark one too high',
    edits: [
      edit(
        'harness/model/replication/leadership.ts',
        `  let upTo = log.endOffset\n`,
        `  let upTo = log.endOffset + 1n\n`,
      ),
    ],
  },
  {
    name: '3b-watermark-in-the-answer',
    what: 'a fetch tells a high watermark one too high',
    edits: [
      edit(
        'harness/model/fetch-answer.ts',
        `{ partitionIndex: asked.partition, errorCode: 0, highWatermark, lastStableOffset }`,
        `{ partitionIndex: asked.partition, errorCode: 0, highWatermark: highWatermark + 1n, lastStableOffset }`,
      ),
    ],
  },
  {
    name: '3c-latest-offset',
    what: 'ListOffsets tells a latest offset one too high',
    edits: [
      edit(
        'harness/model/handlers/02-list-offsets.ts',
        `return { timestamp: -1n, offset: upTo, leaderEpoch }`,
        `return { timestamp: -1n, offset: upTo + 1n, leaderEpoch }`,
      ),
    ],
  },
  {
    name: '4-commits-in-memory-only',
    what: 'offset commits are not written to __consumer_offsets',
    edits: [
      edit(
        'harness/model/group/commits.ts',
        `  append(ctx, shard, recordsOf(group, commits), told, producer)\n`,
        `  told(ctx, BigInt(ctx.state.nextFetchId++))\n`,
      ),
    ],
  },
  {
    name: '5a-long-poll-reads-one-on',
    what: 'a fetch that an append completes reads from one offset further on',
    edits: [
      edit(
        'harness/model/fetches.ts',
        `isReady(ctx, waiting)) finish(ctx, waiting)`,
        `isReady(ctx, waiting))
        finish(ctx, {
          ...waiting,
          fetch: { ...waiting.fetch, asked: waiting.fetch.asked.map((each) => ({ ...each, offset: each.offset + 1n })) },
        })`,
      ),
    ],
  },
  {
    name: '5b-fetch-leaves-out-the-first',
    what: 'a fetch that has two batches or more to give leaves out the first',
    edits: [
      edit(
        'harness/model/log-read.ts',
        `  const first = indexOf(log, offset)\n`,
        `  const one = indexOf(log, offset)\n  const first = one + 1 < log.batches.length ? one + 1 : one\n`,
      ),
    ],
  },
  {
    name: '6-sessions-never-end',
    what: 'session time-outs never fire',
    edits: [
      edit(
        'harness/model/group/sessions.ts',
        `  member.expiresAtMs = ctx.nowMs + timeoutMs`,
        `  member.expiresAtMs = ctx.nowMs + timeoutMs + 1e9`,
      ),
    ],
  },
  {
    name: '7-acknowledged-not-appended',
    what: 'after a leader has moved, Produce is acknowledged and nothing is appended',
    edits: [
      edit(
        'harness/model/handlers/00-produce.ts',
        `      const outcome = whole ?? append(`,
        `      const led = ledBy(ctx.state, request.broker, name, index)
      if (typeof led !== 'string' && led.leaderEpoch > 0)
        return { index, errorCode: 0, baseOffset: led.log.endOffset, logAppendTimeMs: -1n, logStartOffset: 0n }
      const outcome = whole ?? append(`,
      ),
    ],
  },
  {
    name: '8-generation-stands-still',
    what: 'a rebalance after the first does not bump the generation',
    edits: [
      edit(
        'harness/model/group/rebalance.ts',
        `  group.generation++\n`,
        `  group.generation = Math.max(1, group.generation)\n`,
      ),
    ],
  },
  {
    name: '9a-assignment-kept-for-all',
    what: 'every member is given the assignment of the leader',
    edits: [
      edit(
        'harness/model/group/rebalance.ts',
        `stored.assignment.get(member.memberId) ?? nothing`,
        `stored.assignment.get(group.leader!) ?? nothing`,
      ),
    ],
  },
  {
    name: '9b-assignment-answered-to-all',
    what: 'every member that waits is answered the assignment of the leader',
    edits: [
      edit(
        'harness/model/group/rebalance.ts',
        `() => synced(group, member.assignment)`,
        `() => synced(group, group.members.get(group.leader!)!.assignment)`,
      ),
    ],
  },
  {
    name: '10a-sealed-processes-run',
    what: 'the loop dispatches events of sealed processes, and their sockets, effects and recorders work',
    edits: [
      edit('harness/sim/loop.ts', `    if (owner.sealed) return false\n`, ``),
      edit(
        'harness/net/sockets.ts',
        `if (this.owner.sealed || this.done || this.connection.up.closed)`,
        `if (this.done || this.connection.up.closed)`,
      ),
      edit(
        'harness/world/traffic.ts',
        `      if (!link.proc.dead) this.fabric.send(link.connection, 'up', { kind: 'data', bytes }, extraMs)`,
        `      this.fabric.send(link.connection, 'up', { kind: 'data', bytes }, extraMs)`,
      ),
      edit('harness/world/traffic.ts', `        if (link.proc.dead) return\n        extraMs`, `        extraMs`),
      edit(
        'harness/world/effect-calls.ts',
        `        if (proc.sealed) return\n        const crossing`,
        `        const crossing`,
      ),
      edit(
        'harness/world/effect-calls.ts',
        `          if (proc.dead) return\n          const delayMs`,
        `          const delayMs`,
      ),
      edit(
        'harness/world/effect-calls.ts',
        `          if (proc.dead) return\n          // On its way: what becomes of the process now changes nothing about the call any more.\n          clock.schedule(clock.nowMs + EFFECT`,
        `          clock.schedule(clock.nowMs + EFFECT`,
      ),
      edit(
        'harness/world/traffic.ts',
        `      link.connection.down.deaf = true\n      this.fabric.send(link.connection, 'up', { kind: 'fin' })\n`,
        ``,
      ),
      edit('harness/sim/virtual/seat.ts', `  if (port.sealed) return\n`, ``),
      edit('harness/sim/virtual/timeout.ts', `    if (this.port.sealed) return\n`, ``),
      edit('harness/sim/process.ts', `    if (this.sealed) return timer\n`, ``),
      edit('harness/sim/process.ts', `      if (proc.sealed) return -1\n`, ``),
      edit(
        'harness/sim/process.ts',
        `      if (proc.sealed || !proc.open.delete(of)) return`,
        `      if (!proc.open.delete(of)) return`,
      ),
    ],
  },
  {
    name: '10b-sealed-timers-fire',
    what: 'the loop dispatches events of sealed processes; every outlet is dead',
    edits: [edit('harness/sim/loop.ts', `    if (owner.sealed) return false\n`, ``)],
  },
  {
    name: '10c-sealed-effects-go-out',
    what: 'an effect that a process was about to ask for when it was killed is applied all the same',
    edits: [
      edit(
        'harness/world/effect-calls.ts',
        `          if (proc.dead) return\n          const delayMs`,
        `          const delayMs`,
      ),
      edit(
        'harness/world/effect-calls.ts',
        `          if (proc.dead) return\n          // On its way: what becomes of the process now changes nothing about the call any more.\n          clock.schedule(clock.nowMs + EFFECT`,
        `          clock.schedule(clock.nowMs + EFFECT`,
      ),
    ],
  },
  {
    name: '10d-sealed-bytes-leave',
    what: 'a request that a process was about to send when it was killed reaches the broker',
    edits: [
      edit(
        'harness/world/traffic.ts',
        `      if (!link.proc.dead) this.fabric.send(link.connection, 'up', { kind: 'data', bytes }, extraMs)`,
        `      this.fabric.send(link.connection, 'up', { kind: 'data', bytes }, extraMs)`,
      ),
      edit('harness/world/traffic.ts', `        if (link.proc.dead) return\n        extraMs`, `        extraMs`),
    ],
  },
  {
    name: '11a-library-of-the-former-life',
    what: 'a restarted process gets the pooled kafkajs of its former life, as it was left',
    edits: [
      edit(
        'harness/sim/loader/slot.ts',
        `pool.dir === dir && pool.run !== run && pool.fits`,
        `pool.dir === dir && pool.fits`,
      ),
      edit(
        'harness/sim/loader/pool.ts',
        `    for (const reset of this.#resets) reset()\n    this.#originals.restore()\n`,
        ``,
      ),
    ],
  },
  {
    name: '11b-modules-of-the-former-life',
    what: 'a restarted process gets the modules of the application as its former life left them',
    edits: [
      edit(
        'harness/sim/loader/instance.ts',
        `    this.#own = new ModuleSet(this)\n`,
        `    const kept = (program as unknown as { kept?: Map<string, unknown[]> }).kept ?? new Map<string, unknown[]>()
    Object.assign(program, { kept })
    const place = [...kept.keys()].find((name) => name === port.name)
    if (place === undefined || port.incarnation === 1) kept.set(port.name, [new ModuleSet(this), this.#modules])
    const [own, modules] = kept.get(port.name) as [ModuleSet, Map<Unit, EsModule>]
    own.owner = this
    this.#own = own
    this.#modules = modules
`,
      ),
      edit(
        'harness/sim/loader/instance.ts',
        `  readonly #modules = new Map<Unit, EsModule>()`,
        `  #modules = new Map<Unit, EsModule>()`,
      ),
    ],
  },
  {
    name: '12a-chunks-of-the-host',
    what: 'where chunks are cut is drawn from the host',
    edits: [
      edit(
        'harness/world/traffic.ts',
        `1 + chunks.int(segment.bytes.length - 1)`,
        `1 + Math.floor(Math.random() * (segment.bytes.length - 1))`,
      ),
    ],
  },
  {
    name: '12b-latency-of-the-host',
    what: 'latency is drawn from the host',
    edits: [
      edit(
        'harness/world/traffic.ts',
        `clock.nowMs + topology.latencyMs + extraMs`,
        `clock.nowMs + topology.latencyMs + extraMs + Math.floor(Math.random() * 2)`,
      ),
    ],
  },
  {
    name: '13-lost-answer-delivered',
    what: 'an answer that is struck as lost is delivered all the same',
    edits: [
      edit(
        'harness/world/traffic.ts',
        `    if (pending !== undefined && end !== undefined) {
      link.tap.forget(pending)`,
        `    if (pending !== undefined && end?.is === 'cut') {
      link.tap.forget(pending)`,
      ),
    ],
  },
  {
    name: '14-written-twice',
    what: 'a record of the workload that had to be tried again is written twice',
    edits: [
      edit(
        'harness/world/workload.ts',
        `'write', () => this.write(item, topic, partition, of))\n`,
        `'write', () => {
      this.pen.write(item, topic, partition, () => {})
      this.write(item, topic, partition, of)
    })
`,
      ),
    ],
  },
  {
    name: '15-paused-goes-on',
    what: 'a paused process goes on handling events',
    edits: [edit('harness/sim/loop.ts', `    if (owner.paused) {`, `    if (owner.paused && owner.sealed) {`)],
  },
  {
    name: '16-connections-stay',
    what: 'the connections of a killed process stay open',
    edits: [
      edit(
        'harness/world/traffic.ts',
        `      this.fabric.send(link.connection, 'up', { kind: 'fin' })
      if (link.connection.up.deaf)`,
        `      if (link.connection.up.deaf)`,
      ),
    ],
  },
  ...transactionMutants,
  ...propertyMutants,
  ...replicationMutants,
]
