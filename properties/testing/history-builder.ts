/**
 * Histories written by hand, for tests: each call adds the ops that a run would leave behind, and most answer the index of the op that
 * a later call ends. Places are written as people write them: `orders/0`, `orders/0@17`.
 */
import type { At, Body, ClusterEvent, History, Op, Phase } from '../../harness/history/op.ts'
import type { Guarantee, Plan, WorkItem } from '../../harness/plan/plan.ts'
import type { Property, Trial, Verdict } from '../property.ts'
import { viewsOf } from '../views.ts'

type Producer = { producerId?: string; producerEpoch?: number; sequence?: number; transactional?: boolean }
type Sending = { to?: string; acks?: number; idempotent?: boolean; producer?: number; transaction?: number }
type Chosen = { fromBeginning?: boolean; readUncommitted?: boolean; eachBatchAutoResolve?: boolean }

type Lost = Pick<Extract<ClusterEvent, { readonly what: 'lost' }>, 'unclean' | 'disk' | 'committed' | 'messages'>

export class Story {
  readonly ops: Op[] = []
  readonly #promise: Guarantee
  readonly #workload: WorkItem[] = []
  readonly #ends = new Map<string, number>()
  readonly #places = new Map<string, { topic: string; partition: number; offset: string }>()
  readonly #committed = new Map<string, { group: string; topic: string; partition: number; offset: string }>()
  readonly #lives = new Map<string, { incarnation: number; alive: boolean }>()
  readonly #ids = new Map<string, number>()
  readonly #starts = new Map<string, number>()
  #pastMs = 0

  constructor(promise: Guarantee = 'exactly-once') {
    this.#promise = promise
  }

  get history(): History {
    return { ops: this.ops }
  }

  get trial(): Trial {
    const processes = [...this.#lives.keys()].map((name) => {
      return { name, entry: '', config: null, supervisor: { restartAfterMs: 0, maxRestarts: 1 } }
    })
    const topology = { brokers: 1, replication: 1, imitate: '3.9', topics: [], latencyMs: 1, chunks: 'whole' } as const
    const limits = { events: 1, virtualMs: 1 }
    const base = { format: 1, scenario: 'story', seed: '', faults: [], delays: [] } as const
    const plan: Plan = { ...base, promise: this.#promise, topology, processes, workload: this.#workload, limits }
    return { plan, promise: this.#promise }
  }

  verdict(property: Property): Verdict {
    return property.judge(viewsOf(this.history), this.trial)
  }

  op(at: At, phase: Phase, body: Body, process = '', of?: number): number {
    const index = this.ops.length
    const incarnation = this.#lives.get(process)?.incarnation ?? (process === '' ? 0 : 1)
    const op = { index, nowMs: index + this.#pastMs, process, incarnation, cause: index, at, phase, body }
    this.ops.push(of === undefined ? op : { ...op, of })
    return index
  }

  /** Ends an op with what it was invoked with, and what came of it. */
  end(of: number, phase: Exclude<Phase, 'invoke'> = 'ok', more: object = {}): number {
    const { at, body, process } = this.ops[of]!
    return this.op(at, phase, { ...body, ...more } as Body, process, of)
  }

  // The cluster

  /** Appends one batch; without an `@offset` at the end of the log. */
  appends(where: string, messages: readonly string[], by: Producer = {}): number {
    const { topic, partition, offset } = placeOf(where)
    const log = `${topic}/${partition}`
    const base = offset === '' ? (this.#ends.get(log) ?? 0) : Number(offset)
    this.#ends.set(log, Math.max(this.#ends.get(log) ?? 0, base + messages.length))
    for (const [at, message] of messages.entries()) {
      this.#places.set(message, { topic, partition, offset: String(base + at) })
    }
    const { producerId = '-1', producerEpoch = 0, sequence = -1, transactional = false } = by
    const topicId = this.#topicId(topic)
    return this.op('cluster', 'ok', {
      what: 'appended',
      ...{ topic, topicId, partition, baseOffset: String(base), messages, leaderEpoch: 0 },
      ...{ producerId, producerEpoch, baseSequence: sequence, crc: messages.join() },
      ...(transactional && { transactional: true as const }),
    })
  }

  fetches(where: string, ...messages: readonly string[]): number {
    const from = Number(placeOf(where).offset)
    return this.fetchesAt(where, ...messages.map((message, at) => [from + at, message] as const))
  }

  /** With gaps between them. */
  fetchesAt(where: string, ...found: readonly (readonly [offset: number, message: string])[]): number {
    const { topic, partition, offset: from } = placeOf(where)
    const records = found.map(([offset, message]) => ({ offset: String(offset), message }))
    return this.op('cluster', 'ok', {
      what: 'fetched',
      topic,
      topicId: this.#topicId(topic),
      partition,
      from,
      records,
    })
  }

  commits(group: string, where: string, offset: number, member = 'member', producerId?: string): number {
    const at = { group, topic: placeOf(where).topic, partition: placeOf(where).partition, offset: String(offset) }
    this.#committed.set(`${group} ${where}`, at)
    return this.op('cluster', 'ok', {
      what: 'committed',
      generation: 1,
      member,
      ...at,
      ...(producerId !== undefined && { producerId }),
    })
  }

  /** The marker of this producer; it takes an offset. */
  marks(where: string, is: 'commit' | 'abort', producerId = '7', producerEpoch = 0): number {
    const { topic, partition } = placeOf(where)
    const offset = this.#ends.get(where) ?? 0
    this.#ends.set(where, offset + 1)
    const of = { topic, topicId: this.#topicId(topic), partition, offset: String(offset) }
    return this.op('cluster', 'ok', { what: 'marker', ...of, producerId, producerEpoch, is })
  }

  /** The coordinator of transactional id `t` says what became of it. */
  decides(state: string, where: readonly string[] = [], producerEpoch = 0, producerId = '7'): number {
    const partitions = where.map((one) => ({ topic: placeOf(one).topic, partition: placeOf(one).partition }))
    const of = { transactionalId: 't', state, producerId, producerEpoch, partitions }
    return this.op('cluster', 'ok', { what: 'transaction', ...of })
  }

  /** Answers InitProducerId; the time-out is 60 s. */
  givesProducer(transactionalId: string | null, producerId: string, producerEpoch: number, comesBack = false): number {
    const of = { transactionalId, producerId, producerEpoch, timeoutMs: 60_000, comesBack }
    return this.op('cluster', 'ok', { what: 'producer', ...of })
  }

  /** Another broker leads. */
  moves(where: string, leader: number, unclean = false): number {
    const { topic, partition } = placeOf(where)
    const of = { what: 'leader', topic, partition, leader, epoch: leader } as const
    return this.op('cluster', 'ok', unclean ? { ...of, unclean } : of)
  }

  /** The next leader has nothing from this offset on. */
  loses(where: string, from: number, of: Partial<Lost> = {}): number {
    const place = { ...placeOf(where), topicId: this.#topicId(placeOf(where).topic), epoch: 2 }
    this.#ends.set(where, from)
    const { topic, topicId, partition, epoch } = place
    const why = { unclean: false, disk: false, committed: true, messages: [], ...of }
    return this.op('cluster', 'ok', { what: 'lost', topic, topicId, partition, from: String(from), epoch, ...why })
  }

  /** A later one has these again, from this offset on. */
  regains(where: string, from: number, messages: readonly string[]): number {
    const { topic, partition } = placeOf(where)
    this.#ends.set(where, from + messages.length)
    const of = { topic, topicId: this.#topicId(topic), partition, from: String(from), epoch: 3, messages }
    return this.op('cluster', 'ok', { what: 'regained', ...of })
  }

  /** What lies before is deleted. */
  deletesUpTo(where: string, offset: number): number {
    const { topic, partition } = placeOf(where)
    const of = { topic, topicId: this.#topicId(topic), partition, offset: String(offset) }
    this.#starts.set(where, offset)
    return this.op('cluster', 'ok', { what: 'log-start', ...of })
  }

  /** Compaction takes these records out of the log. */
  compacts(where: string, ...offsets: readonly number[]): number {
    const { topic, partition } = placeOf(where)
    const records = offsets.map((offset) => ({ offset: String(offset), message: '', why: 'newer' as const }))
    const upTo = String(Math.max(...offsets) + 1)
    return this.op('cluster', 'ok', {
      what: 'compacted',
      topic,
      topicId: this.#topicId(topic),
      partition,
      upTo,
      records,
    })
  }

  resets(): number {
    this.#ends.clear()
    this.#committed.clear()
    for (const [topic, id] of this.#ids) this.#ids.set(topic, id + 1)
    return this.op('cluster', 'ok', { what: 'cluster-reset', clusterId: 'another' })
  }

  recreates(topic: string): number {
    const was = this.op('cluster', 'ok', {
      what: 'topic',
      topic,
      topicId: this.#topicId(topic),
      is: 'deleted',
      partitions: 1,
    })
    this.#ids.set(topic, this.#ids.get(topic)! + 1)
    for (const log of [...this.#ends.keys()]) if (placeOf(log).topic === topic) this.#ends.delete(log)
    this.op('cluster', 'ok', { what: 'topic', topic, topicId: this.#topicId(topic), is: 'created', partitions: 1 })
    return was
  }

  /** The volume of this partition is wiped: offsets begin at 0 again, under the same topic id. */
  wipes(where: string): number {
    const { topic, partition } = placeOf(where)
    this.#ends.delete(`${topic}/${partition}`)
    return this.op('cluster', 'ok', { what: 'wiped', topic, topicId: this.#topicId(topic), partition })
  }

  // Clients and applications

  joins(process: string, group: string, ...where: readonly string[]): number {
    const partitions = where.map((one) => ({ topic: placeOf(one).topic, partition: placeOf(one).partition }))
    return this.op(
      'client',
      'ok',
      { what: 'assigned', consumer: 1, group, generation: 1, member: process, partitions },
      process,
    )
  }

  /** Subscribes to `orders` and runs. */
  runs(process: string, group: string, { fromBeginning = true, ...chosen }: Chosen = {}): void {
    const client = 'consumer-1'
    const options = { group, topics: ['orders'], fromBeginning }
    this.end(this.op('client', 'invoke', { what: 'subscribe', client, options }, process))
    const more = { readUncommitted: false, autoCommit: true, eachBatchAutoResolve: true, ...chosen }
    this.end(this.op('client', 'invoke', { what: 'run', client, options: { group, ...more } }, process))
  }

  stops(process: string, what: 'stop' | 'disconnect' = 'stop'): number {
    return this.end(this.op('client', 'invoke', { what, client: 'consumer-1' }, process))
  }

  seeks(process: string, group: string, where: string): number {
    return this.op('client', 'ok', { what: 'seek', consumer: 1, group, ...placeOf(where) }, process)
  }

  crashes(process: string, group: string, name: string, code = '', restart = false): number {
    const error = { name, code, retriable: false, message: '' }
    return this.op('client', 'ok', { what: 'crashed', consumer: 1, group, restart, error }, process)
  }

  /** `transaction()` of the producer with the transactional id `t` resolves. */
  begins(process: string, transaction = 1, phase: 'ok' | 'fail' = 'ok'): number {
    const op = this.asksToBegin(process, transaction)
    this.end(op, phase, phase === 'ok' ? {} : { error: { name: 'E', code: '', retriable: false, message: '' } })
    return op
  }

  asksToBegin(process: string, transaction = 1): number {
    const what = 'begin-transaction'
    return this.op('client', 'invoke', { what, producer: 1, transactionalId: 't', transaction }, process)
  }

  asksToEnd(process: string, how: 'commit' | 'abort', transaction = 1): number {
    const what = `${how}-transaction` as const
    return this.op('client', 'invoke', { what, producer: 1, transactionalId: 't', transaction }, process)
  }

  sendsOffset(process: string, group: string, where: string, offset: number, transaction = 1): number {
    const { topic, partition } = placeOf(where)
    const offsets = [{ topic, partition, offset: String(offset) }]
    const of = { producer: 1, transactionalId: 't', transaction, group, offsets }
    const op = this.op('client', 'invoke', { what: 'send-offsets', ...of }, process)
    this.end(op)
    return op
  }

  learnsOfRevoke(process: string, group: string): number {
    return this.op('client', 'ok', { what: 'revoked', consumer: 1, group, why: 'rebalancing' }, process)
  }

  /** eachBatch is called with these. */
  handlesBatch(process: string, group: string, highWatermark: number, ...messages: readonly string[]): number {
    const op = this.handles(process, group, ...messages)
    const body = { ...this.ops[op]!.body, highWatermark: String(highWatermark) } as Body
    this.ops[op] = { ...this.ops[op]!, body }
    return op
  }

  handles(process: string, group: string, ...messages: readonly string[]): number {
    const records = messages.map((message) => ({ message, ...(this.#places.get(message) ?? placeOf('nowhere/0@0')) }))
    return this.op('application', 'invoke', { what: 'handler', group, records }, process)
  }

  /** Invoke, durable, ok. With `until`, it stops after that step. */
  applies(
    process: string,
    message: string,
    until: 'invoke' | 'durable' | 'ok' = 'ok',
    verb = 'apply',
    value: unknown = null,
  ): number {
    const body = { verb, key: message, messages: [message] }
    const call = this.op('application', 'invoke', { what: 'effect', ...body, value }, process)
    // Its position among all effects of the store.
    const effect = this.ops.filter((op) => op.body.what === 'applied').length
    if (until !== 'invoke') this.op('application', 'ok', { what: 'applied', ...body, effect }, process)
    if (until === 'ok') this.end(call)
    return call
  }

  /** Handled, applied and returned: what happens on a good day. */
  finishes(process: string, group: string, ...messages: readonly string[]): void {
    for (const message of messages) {
      const handler = this.handles(process, group, message)
      this.applies(process, message)
      this.end(handler)
    }
  }

  asksToCommit(process: string, group: string, where: string, offset: number): number {
    const { topic, partition } = placeOf(where)
    const offsets = [{ topic, partition, offset: String(offset) }]
    return this.op('client', 'invoke', { what: 'commit', consumer: 1, group, offsets }, process)
  }

  sends(process: string, messages: readonly string[], sending: Sending = {}): number {
    const { to = 'orders', acks = -1, idempotent = true, producer = 1, transaction } = sending
    const records = messages.map((message) => ({ topic: to, partition: null, message, key: message }))
    const of = { producer, idempotent, acks, ...(transaction !== undefined && { transaction }) }
    return this.op('client', 'invoke', { what: 'send', ...of, records }, process)
  }

  /** The send resolves with this offset. */
  resolves(send: number, stored?: string): number {
    return this.end(send, 'ok', { stored: stored === undefined ? [] : [placeOf(stored)] })
  }

  throws(send: number, phase: 'fail' | 'unknown', name: string, code = ''): number {
    return this.end(send, phase, { error: { name, code, retriable: false, message: '' } })
  }

  // The harness

  /** The harness writes these inputs into a topic. */
  writes(where: string, ...messages: readonly string[]): void {
    for (const message of messages) {
      this.appends(where, [message])
      const at = this.#places.get(message)!
      this.#workload.push({ id: message, to: { topic: at.topic }, key: message, value: null, atMs: 0 })
      this.op('harness', 'ok', { what: 'written', ...at, message })
    }
  }

  /** The process takes these inputs, one after the other. */
  takes(process: string, ...messages: readonly string[]): void {
    for (const message of messages) {
      this.keeps(process, message)
      this.op('application', 'ok', { what: 'input', message }, process)
    }
  }

  /** Lines of a file, there to be read by anybody. */
  lines(file: string, ...messages: readonly string[]): void {
    for (const id of messages) this.#workload.push({ id, to: { file }, key: id, value: null, atMs: 0 })
  }

  /** Inputs that the plan has in store for a process. */
  keeps(process: string, ...messages: readonly string[]): void {
    for (const id of messages) {
      if (this.#workload.some((item) => item.id === id)) continue
      this.#workload.push({ id, to: { process }, key: id, value: null, atMs: 0 })
    }
  }

  starts(process: string): number {
    this.#lives.set(process, { incarnation: (this.#lives.get(process)?.incarnation ?? 0) + 1, alive: true })
    return this.op('harness', 'ok', { what: 'process', is: 'started' }, process)
  }

  /** The process is gone; what it had open is unknown. */
  dies(process: string, is: 'killed' | 'exited' | 'crashed' | 'stopped' = 'killed'): number {
    const died = this.op('harness', 'ok', { what: 'process', is }, process)
    const { incarnation } = this.#lives.get(process)!
    const ended = new Set(this.ops.map((op) => op.of))
    for (const op of [...this.ops]) {
      const own = op.process === process && op.incarnation === incarnation
      if (own && op.phase === 'invoke' && !ended.has(op.index)) this.end(op.index, 'unknown')
    }
    this.#lives.set(process, { incarnation, alive: false })
    return died
  }

  /** Virtual time goes by. */
  /** In a loop of this package; '' for the project's own. */
  hangs(process: string, name: string): number {
    const loop = { package: name, file: 'loop.js', line: 7 }
    return this.op('harness', 'ok', { what: 'process', is: 'hung', why: 'it goes round', loop }, process)
  }

  passes(ms: number): void {
    this.#pastMs += ms
  }

  strikes(kind: string): number {
    return this.op('harness', 'ok', { what: 'fault', fault: 0, kind, is: 'struck', detail: '' })
  }

  /** Everything heals (once), and the application comes to rest, or not. */
  rests(note: 'at rest' | 'not at rest' = 'at rest'): number {
    if (!this.ops.some(({ body }) => body.what === 'phase' && body.phase === 'heal')) this.#phase('heal')
    const rest = this.#phase('rest', note)
    const logs = [...this.#ends].map(([log, end]) => {
      const { topic, partition } = placeOf(log)
      const topicId = this.#topicId(topic)
      return { topic, topicId, partition, start: String(this.#starts.get(log) ?? 0), end: String(end), online: true }
    })
    this.op('harness', 'ok', { what: 'state', logs, committed: [...this.#committed.values()] })
    return rest
  }

  operatorRestarts(): void {
    this.#phase('operator-restart')
    for (const process of [...this.#lives.keys()]) {
      if (this.#lives.get(process)!.alive) this.dies(process)
      this.starts(process)
    }
  }

  /** The log shows less than it had: what no cluster should do. */
  forgets(where: string, end: number): void {
    this.#ends.set(where, end)
  }

  #phase(phase: 'heal' | 'rest' | 'operator-restart', note?: string): number {
    return this.op('harness', 'ok', note === undefined ? { what: 'phase', phase } : { what: 'phase', phase, note })
  }

  #topicId(topic: string): string {
    if (!this.#ids.has(topic)) this.#ids.set(topic, 1)
    return `${topic}-id-${this.#ids.get(topic)}`
  }
}

function placeOf(where: string): { topic: string; partition: number; offset: string } {
  const [log, offset = ''] = where.split('@')
  const [topic, partition = '0'] = log!.split('/')
  return { topic: topic!, partition: Number(partition), offset }
}
