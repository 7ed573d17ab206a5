/**
 * Whatever producers, operators and time do to transactions: the invariants hold after every event (the stage checks them); what a
 * read_committed reader sees at any moment is a beginning of what it sees in the end; and once all is quiet every transaction is committed
 * everywhere, with its offsets, or nowhere: committed exactly where EndTxn said so.
 *
 * The arithmetic: transactions may take 60 s and are looked at every 10 s, so 100 s after the last event none is open.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ErrorName } from '../../wire/error-codes.ts'
import { Producer, TransactionStage } from '../testing/transaction-stage.ts'

const partitions = [0, 1, 2]

/** What one producer did between its first partition and the answer of EndTxn. */
interface Attempt {
  readonly id: string
  readonly records: { readonly partition: number; readonly key: string }[]
  readonly offsets: { readonly partition: number; readonly offset: bigint; readonly at: number }[]
  /** Null: not known yet. A transaction of which nobody says so is aborted in the end. */
  committed: boolean | null
}

const fenced: readonly ErrorName[] = ['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH']
/** A client tries again after these. */
const transient: readonly (ErrorName | bigint)[] = [
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'CONCURRENT_TRANSACTIONS',
  'NOT_ENOUGH_REPLICAS',
  'LEADER_NOT_AVAILABLE',
]

/** A process with a transactional producer. It does its calls in an order in which a client would. */
class Actor {
  attempt: Attempt | null = null
  readonly added = new Set<string>()
  readonly producer: Producer
  private readonly world: World

  constructor(world: World, id: string) {
    this.world = world
    this.producer = new Producer(world.stage, id, { version: 3, timeoutMs: 60_000 })
  }

  get isReady(): boolean {
    return this.producer.epoch >= 0
  }

  init(): void {
    const { producer, world } = this
    const error = producer.init()
    if (error !== 'NONE' && error !== 'CONCURRENT_TRANSACTIONS') {
      this.minds(error)
      return
    }
    // Whoever had the id is fenced, and what it had open is aborted or was already. It does not know yet.
    for (const attempt of world.attempts) if (attempt.id === producer.id) attempt.committed ??= false
    this.attempt = null
    this.added.clear()
  }

  produce(partition: number): void {
    if (!this.begin(`orders/${partition}`, () => this.producer.add(partition))) return
    const key = `m${this.world.keys++}`
    const outcome = this.producer.produce(partition, key)
    if (typeof outcome === 'string') {
      this.minds(outcome)
      return
    }
    this.attempt!.records.push({ partition, key })
    this.world.log[partition]!.push(key)
  }

  /**
   * A request that was on its way for so long that its partition is in no transaction any more, or never was in one. One that comes before
   * the marker is let in, as in Kafka: it shares the fate of its transaction.
   */
  late(partition: number): void {
    if (!this.isReady || this.added.has(`orders/${partition}`)) return
    if (this.world.stage.log('orders', partition).open.has(this.producer.producerId)) return
    const outcome = this.producer.produce(partition, 'late')
    if (typeof outcome === 'bigint') throw new Error(`a late write of ${this.producer.id} is in orders/${partition}`)
  }

  sendOffsets(partition: number): void {
    if (!this.begin('offsets', () => this.producer.addOffsets('g'))) return
    const offset = BigInt(this.world.keys++)
    const error = this.producer.commitOffset('g', partition, offset)
    if (error !== 'NONE') {
      this.minds(error)
      return
    }
    this.attempt!.offsets.push({ partition, offset, at: this.world.commits++ })
  }

  end(commit: boolean): void {
    if (this.attempt === null) return
    const error = this.producer.end(commit)
    if (error !== 'NONE') {
      this.minds(error)
      return
    }
    this.attempt.committed = commit
    this.attempt = null
    this.added.clear()
  }

  private begin(what: string, add: () => ErrorName): boolean {
    if (!this.isReady) return false
    if (this.added.has(what)) return true
    const error = add()
    if (error !== 'NONE') {
      this.minds(error)
      return false
    }
    this.added.add(what)
    if (this.attempt === null) {
      this.attempt = { id: this.producer.id, records: [], offsets: [], committed: null }
      this.world.attempts.push(this.attempt)
    }
    return true
  }

  /** After an error that is not to be tried again a client gives its transaction up, and begins anew. */
  private minds(error: ErrorName): void {
    if (transient.includes(error)) return
    if (!fenced.includes(error)) throw new Error(`${this.producer.id} got ${error}`)
    if (this.attempt !== null) this.attempt.committed ??= false
    this.attempt = null
    this.added.clear()
    this.producer.epoch = -1
  }
}

class World {
  readonly stage: TransactionStage
  readonly actors: Actor[]
  readonly attempts: Attempt[] = []
  /** Keys by partition, in the order in which they were acknowledged. */
  readonly log: string[][] = partitions.map(() => [])
  readonly seen: { readonly partition: number; readonly keys: readonly string[] }[] = []
  keys = 0
  commits = 0

  constructor(seed: number) {
    this.stage = new TransactionStage({
      brokers: 3,
      partitions: partitions.length,
      seed,
      transaction: { markerSpreadMs: 3 },
    })
    // Two processes share an id: one fences the other.
    this.actors = ['t', 'u', 'v', 't'].map((id) => new Actor(this, id))
  }

  do(step: Step): void {
    const { stage } = this
    const actor = this.actors[step.who % this.actors.length]!
    const partition = step.where % partitions.length
    const broker = 1 + (step.where % stage.state.brokers.size)
    const { id } = actor.producer
    switch (step.what) {
      case 'init':
        if (stage.coordinatorOf(id) !== null) actor.init()
        break
      case 'produce':
        if (stage.coordinatorOf(id) !== null) actor.produce(partition)
        break
      case 'late':
        actor.late(partition)
        break
      case 'offsets':
        if (stage.coordinatorOf(id) !== null) actor.sendOffsets(partition)
        break
      case 'commit':
      case 'abort':
        if (stage.coordinatorOf(id) !== null) actor.end(step.what === 'commit')
        break
      case 'pass':
        stage.pass(step.ms)
        break
      case 'move-coordinator':
        stage.order({ do: 'move-coordinator', transactionalId: id, to: broker })
        break
      case 'move-group':
        stage.order({ do: 'move-coordinator', group: 'g', to: broker })
        break
      case 'move-leader':
        stage.order({ do: 'move-leader', topic: 'orders', partition, to: broker })
        break
      case 'down':
        stage.order({ do: 'broker-down', broker })
        break
      case 'up':
        stage.order({ do: 'broker-up', broker })
        break
      case 'slow':
        stage.order({ do: 'slow-markers', coordinator: broker, delayMs: step.ms })
        stage.order({ do: 'slow-loading', loadMs: step.ms > 500 ? 20 : null })
        break
      case 'read':
        if (stage.leaderOf('orders', partition) !== null) {
          this.seen.push({ partition, keys: stage.committed('orders', partition) })
        }
    }
  }

  heal(): void {
    const { stage } = this
    stage.order({ do: 'slow-loading', loadMs: null })
    for (const broker of stage.state.brokers.keys()) {
      stage.order({ do: 'slow-markers', coordinator: broker, delayMs: null })
      stage.order({ do: 'broker-up', broker })
    }
    stage.pass(100_000)
  }

  check(): void {
    const { stage } = this
    expect(stage.whole()).toEqual([])
    for (const { transactions } of stage.state.transactionShards.values()) {
      for (const { phase } of transactions.values())
        expect(['Empty', 'CompleteCommit', 'CompleteAbort']).toContain(phase)
    }
    const committed = this.attempts.filter((attempt) => attempt.committed)
    const keys = new Set(committed.flatMap(({ records }) => records.map(({ key }) => key)))
    for (const partition of partitions) {
      const { lastStableOffset, endOffset } = stage.log('orders', partition)
      expect(lastStableOffset).toBe(endOffset)
      const visible = stage.committed('orders', partition)
      expect(visible).toEqual(this.log[partition]!.filter((key) => keys.has(key)))
      for (const seen of this.seen) {
        if (seen.partition === partition) expect(visible.slice(0, seen.keys.length)).toEqual(seen.keys)
      }
      const offsets = committed.flatMap((attempt) => attempt.offsets.filter((each) => each.partition === partition))
      const last = offsets.reduce((one, other) => (other.at > one.at ? other : one), { offset: -1n, at: -1 })
      expect(stage.offset('g', partition, true)).toBe(last.offset)
    }
  }
}

/** How often each is drawn. */
const weights = {
  produce: 8,
  offsets: 3,
  late: 1,
  commit: 3,
  abort: 1,
  init: 1,
  pass: 3,
  read: 2,
  'move-coordinator': 1,
  'move-group': 1,
  'move-leader': 1,
  down: 1,
  up: 2,
  slow: 1,
}
const whats = (Object.keys(weights) as (keyof typeof weights)[]).flatMap(
  (what) => Array(weights[what]).fill(what) as (typeof what)[],
)

interface Step {
  readonly what: (typeof whats)[number]
  readonly who: number
  readonly where: number
  readonly ms: number
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...whats),
  who: fc.nat(3),
  where: fc.nat(2),
  ms: fc.constantFrom(1, 2, 5, 20, 50, 1_000, 30_000),
})

const numRuns = Number(process.env.TRANSACTION_RUNS ?? 300)

describe('transactions', () => {
  it('are committed everywhere or nowhere', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(step, { minLength: 20, maxLength: 100, size: 'max' }), (seed, steps) => {
        const world = new World(seed)
        for (const actor of world.actors) actor.init()
        for (const each of steps) world.do(each)
        world.heal()
        world.check()
      }),
      { numRuns, seed: 20_240_101 },
    )
  })
})
