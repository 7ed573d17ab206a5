/**
 * A reader who goes where leaders send it reads what a reader of the leader reads: whatever brokers, links and leaders do meanwhile, the same
 * records, each once and in order.
 *
 * Left out is what takes away what readers have seen: disks, unclean elections, deletion.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { batch, ClusterStage, read } from '../testing/cluster-stage.ts'
import type { Verb } from '../types.ts'

type Step =
  | { readonly is: 'verb'; readonly verb: Verb }
  | { readonly is: 'pass'; readonly ms: number }
  | { readonly is: 'produce'; readonly acks: -1 | 1 }
  | { readonly is: 'read' }

const ids = [1, 2, 3]
const broker = fc.constantFrom(...ids)
const of = { topic: fc.constant('orders'), partition: fc.constant(0) }
const verb: fc.Arbitrary<Verb> = fc.oneof(
  fc.record({ do: fc.constant('broker-down' as const), broker }),
  { arbitrary: fc.record({ do: fc.constant('broker-up' as const), broker }), weight: 3 },
  fc.record({ do: fc.constant('move-leader' as const), ...of, to: broker }),
  fc.record({ do: fc.constantFrom('cut-link' as const, 'mend-link' as const), from: broker, to: broker }),
  fc.record({ do: fc.constant('hold-metadata' as const), broker, held: fc.boolean() }),
  fc.constantFrom({ do: 'controller-down' as const }, { do: 'controller-up' as const }),
  { arbitrary: fc.record({ do: fc.constant('lag-copy' as const), ...of, broker, behind: fc.nat(5) }), weight: 2 },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ is: fc.constant('verb' as const), verb }), weight: 4 },
  {
    arbitrary: fc.record({ is: fc.constant('pass' as const), ms: fc.constantFrom(1, 3, 20, 600, 50_000) }),
    weight: 4,
  },
  {
    arbitrary: fc.record({ is: fc.constant('produce' as const), acks: fc.constantFrom(-1 as const, 1 as const) }),
    weight: 5,
  },
  { arbitrary: fc.constant({ is: 'read' as const }), weight: 8 },
)

class Play {
  readonly stage: ClusterStage
  readonly got: string[] = []
  /** How many fetches brought something, by who served them. */
  readonly served = { leader: 0, follower: 0 }
  readonly outOfRange = { leader: 0, follower: 0 }
  private preferred: number | null = null
  private count = 0

  constructor(racks: readonly string[]) {
    const config = { replicationFactor: 3, minInSyncReplicas: 1, replicaSelector: 'rack-aware' } as const
    this.stage = new ClusterStage({ brokers: 3, racks, config, topics: [{ name: 'orders', partitions: 1 }] })
    this.stage.pass(600)
  }

  do(step: Step): void {
    if (step.is === 'pass') this.stage.pass(step.ms)
    else if (step.is === 'verb') this.stage.order(step.verb)
    else if (step.is === 'produce') this.produce(step.acks)
    else this.read()
  }

  get leader(): number | null {
    return this.stage.partition('orders', 0).leader
  }

  private isUp(id: number): boolean {
    return this.stage.state.brokers.get(id)!.up
  }

  private produce(acks: -1 | 1): void {
    if (this.leader === null || !this.isUp(this.leader)) return
    const topicData = [{ name: 'orders', partitionData: [{ index: 0, records: batch([`m${++this.count}`]) }] }]
    const body = { acks, timeoutMs: 5000, topicData, transactionalId: null }
    this.stage.connect(this.leader).send('produce', body, 7)
  }

  /** One fetch, as a consumer of Java does it: an error takes it back to the leader. */
  private read(): void {
    const to = this.preferred ?? this.leader
    if (to === null || !this.isUp(to)) {
      this.preferred = null
      return
    }
    const sent = this.stage.connect(to).fetch('orders', 0, BigInt(this.got.length), { rackId: 'here' })
    const found = read(sent)
    if (typeof found === 'string') {
      if (found === 'OFFSET_OUT_OF_RANGE') this.outOfRange[to === this.leader ? 'leader' : 'follower']++
      this.preferred = null
      return
    }
    const { preferredReadReplica } = sent.answer!.responses[0]!.partitions[0]!
    if (preferredReadReplica !== -1) this.preferred = preferredReadReplica
    // A batch begins before the position where this is inside of it; clients drop those.
    const fresh = found.filter((each) => Number(each.split(':')[0]) >= this.got.length)
    if (fresh.length > 0) this.served[to === this.leader ? 'leader' : 'follower']++
    this.got.push(...fresh)
  }

  /** All is mended, and it reads on until there is no more. */
  finish(): void {
    this.stage.order({ do: 'controller-up' })
    for (const from of ids) for (const to of ids) this.stage.order({ do: 'mend-link', from, to })
    for (const id of ids) {
      this.stage.order({ do: 'broker-up', broker: id })
      this.stage.order({ do: 'hold-metadata', broker: id, held: false })
    }
    this.stage.pass(200_000)
    for (let i = 0; i < 50; i++) this.read()
  }
}

it('whatever happens', { timeout: 60_000 }, () => {
  const served = { leader: 0, follower: 0 }
  const outOfRange = { leader: 0, follower: 0 }
  const rack = fc.constantFrom('here', 'there')
  const plays = fc.record({ racks: fc.tuple(rack, rack, rack), steps: fc.array(step, { maxLength: 60, size: 'max' }) })
  fc.assert(
    fc.property(plays, ({ racks, steps }) => {
      const play = new Play(racks)
      for (const each of steps) play.do(each)
      play.finish()
      const whole = read(play.stage.connect(play.leader!).fetch('orders', 0, 0n))
      expect(play.got).toEqual(whole)
      expect(play.stage.whole()).toEqual([])
      for (const who of ['leader', 'follower'] as const) {
        served[who] += play.served[who]
        outOfRange[who] += play.outOfRange[who]
      }
    }),
    { numRuns: Number(process.env.ACKWARD_RUNS ?? 200), seed: Number(process.env.ACKWARD_SEED ?? 1) },
  )
  // It happened: both served, and followers were behind what had been read.
  expect([served.leader > 0, served.follower > 0, outOfRange.follower > 0, outOfRange.leader]).toEqual([
    true,
    true,
    true,
    0,
  ])
})
