/**
 * Each kind of fault, struck at one call of a reference application, and what kafkajs and the application see of it. A fault that only
 * seems to strike would let every promise hold: so each test names something that is not there in the calm run.
 *
 * Consumers handle m1, m2, m3, written at 0, 400 and 800 ms; the producer is told to send them at 300, 600 and 900 ms. Latency is 1 ms.
 */
import { describe, expect, it } from 'vitest'
import type { FaultKind } from '../plan/plan.ts'
import { type Run, run } from '../run.ts'
import { stageOfFixtures } from './testing/fixture.ts'
import {
  at,
  consumers,
  effects,
  logged,
  planOf,
  producers,
  refusals,
  runOf,
  stored,
  struckBy,
} from './testing/struck.ts'

const consumer = consumers()
const producer = producers()
const commit = { name: 'OffsetCommit', message: 'm1' }
const produce = { name: 'Produce', message: 'm2' }
const leader = { leaderOf: { topic: 'orders', partition: 0 } }
const coordinator = { coordinatorOf: 'billing' }
const all = ['m1', 'm2', 'm3']

const struck = ({ struck, missed }: Run): string[] => [
  ...struck.values(),
  ...[...missed.values()].map((why) => `missed: ${why}`),
]

const TIMED_OUT = /timed out/

describe('the calm runs', () => {
  it('handle and store everything once, and nothing times out or ends', async () => {
    for (const shape of [consumer, producer]) {
      const made = await runOf(planOf(shape))
      expect(shape === consumer ? effects(made) : stored(made)).toEqual(all)
      expect(logged(made, TIMED_OUT)).toEqual([])
      expect(logged(made, /ECONN/)).toEqual([])
      expect(made.ended).toEqual({ by: 'rest' })
    }
  })
})

describe('error-answer', () => {
  it('before: the commit is refused and not carried out; kafkajs looks for the coordinator and commits again', async () => {
    const made = await struckBy(consumer, commit, 'before', { kind: 'error-answer', error: 'NOT_COORDINATOR' })
    expect(struck(made)).toEqual(['the request of consumer-0 was answered NOT_COORDINATOR and not carried out'])
    expect(refusals(made)).toContain('OffsetCommit NOT_COORDINATOR')
    expect(logged(made, /OffsetCommit.*not the correct coordinator/)).toHaveLength(1)
    const commits = made.history.filter(({ body }) => body.what === 'committed' && body.offset === '1')
    expect(commits).toHaveLength(1)
    expect(effects(made)).toEqual(all)
  })

  it('applied: the record is stored, kafkajs is told that it is not and writes it again', async () => {
    const plain = producers('ackward:apps/retrying-producer')
    const error = { kind: 'error-answer', error: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND' } as const
    const made = await struckBy(plain, produce, 'applied', error)
    expect(struck(made)).toEqual([
      'producer-0 was answered NOT_ENOUGH_REPLICAS_AFTER_APPEND, though its request was carried out',
    ])
    expect(logged(made, /Response Produce.*fewer in-sync replicas than required/)).toHaveLength(1)
    expect(stored(made)).toEqual(['m1', 'm2', 'm2', 'm3'])
  })

  it('applied, idempotent: what is written again is taken for what it is', async () => {
    const error = { kind: 'error-answer', error: 'REQUEST_TIMED_OUT' } as const
    const made = await struckBy(producer, produce, 'applied', error)
    expect(stored(made)).toEqual(all)
    expect(made.history.filter(({ body }) => body.what === 'duplicate')).toHaveLength(1)
  })

  it('a heartbeat that says that a rebalance is in progress makes the member join again', async () => {
    const error = { kind: 'error-answer', error: 'REBALANCE_IN_PROGRESS' } as const
    const joins = ({ crossings }: Run) => crossings.filter(({ call }) => 'api' in call && call.api === 'JoinGroup')
    const short = consumers(1, { config: { sessionTimeoutMs: 1_500 } })
    const calm = joins(await runOf(planOf(short))).length
    const made = await struckBy(short, { name: 'Heartbeat' }, 'before', error)
    expect(struck(made)).toEqual(['the request of consumer-0 was answered REBALANCE_IN_PROGRESS and not carried out'])
    expect(joins(made)).toHaveLength(calm + 1)
    expect(effects(made)).toEqual(all)
  })
})

describe('cut-answer', () => {
  // The answer to a Produce is 4 bytes of length and more. 3 bytes: not even the length is whole.
  it.each(['fin', 'rst'] as const)('%s: the record is stored, and kafkajs never has the whole answer', async (how) => {
    const made = await struckBy(producer, produce, 'applied', { kind: 'cut-answer', how, bytes: 3 })
    expect(struck(made)).toEqual([`the answer to producer-0 ended in the middle (${how.toUpperCase()})`])
    expect(stored(made).slice(0, 2)).toEqual(['m1', 'm2'])
    expect(logged(made, /ECONNRESET/)).toHaveLength(how === 'rst' ? 1 : 0)
    const answered = made.crossings.filter(
      ({ subject, reachedMs }) => 'messages' in subject && subject.messages.includes('m2') && reachedMs.answered >= 0,
    )
    expect(answered.every(({ attempt }) => attempt > 1)).toBe(true)
  })
})

describe('black-hole', () => {
  const hole = (way: 'both' | 'up' | 'down', ms = 2_000): FaultKind => ({ kind: 'black-hole', broker: leader, way, ms })

  it('both ways: the request times out, its connection does not end, and it arrives after all', async () => {
    const made = await struckBy(producer, produce, 'before', hole('both'))
    expect(struck(made)).toEqual([
      'nothing got through between producer-0 and broker 1 (the leader of orders/0) for 2000 ms',
    ])
    expect(logged(made, TIMED_OUT)).not.toEqual([])
    expect(logged(made, /ECONN/)).toEqual([])
    expect(stored(made)).toEqual(all)
    // Sent at 600 ms and again after 200, 600, 1400 and 3000 ms: the hole is over at 2600 ms, so the attempt at 3600 ms gets through.
    const m2 = made.history.find(({ body }) => body.what === 'appended' && body.messages.includes('m2'))!
    expect(m2.nowMs).toBeGreaterThan(3_600)
    expect(m2.nowMs).toBeLessThan(3_610)
  })

  it('down: the record is stored at once, and its answer is lost for as long', async () => {
    const made = await struckBy(producer, produce, 'before', hole('down'))
    const m2 = made.history.find(({ body }) => body.what === 'appended' && body.messages.includes('m2'))!
    expect(m2.nowMs).toBeLessThan(620)
    expect(logged(made, TIMED_OUT)).not.toEqual([])
    expect(stored(made)).toEqual(all)
  })

  it('up: answers come and heartbeats do not arrive, so the group goes on without its member', async () => {
    const two = consumers(2, { config: { sessionTimeoutMs: 1_500 } })
    const made = await struckBy(two, { name: 'Heartbeat', process: 'consumer-0' }, 'before', {
      kind: 'black-hole',
      broker: 'all',
      way: 'up',
      ms: 5_000,
    })
    const alone = made.history.filter(
      ({ body, nowMs }) => body.what === 'group' && body.state === 'Stable' && body.members.length === 1 && nowMs > 500,
    )
    expect(alone).not.toEqual([])
    expect(made.ended).toEqual({ by: 'rest' })
  })

  it('is about one broker only', async () => {
    const made = await struckBy(producer, produce, 'before', {
      kind: 'black-hole',
      broker: { broker: 2 },
      way: 'both',
      ms: 2_000,
    })
    expect(logged(made, TIMED_OUT)).toEqual([])
  })
})

describe('stale-metadata', () => {
  const move: FaultKind = { kind: 'leader-move', of: leader }
  const leaderless = (made: Run) => refusals(made).filter((one) => one === 'Produce NOT_LEADER_OR_FOLLOWER').length

  it('a broker that has not heard that it leads refuses, until it learns', async () => {
    const stale: FaultKind = { kind: 'stale-metadata', broker: { broker: 2 }, ms: 3_000 }
    const fresh = await struckBy(producer, produce, 'before', move)
    const made = await struckBy(producer, produce, 'before', stale, move)
    expect(struck(made)).toEqual([
      'broker 2 (broker 2) learnt nothing new for 3000 ms',
      'the leader of orders/0 moved from broker 1 to 2',
    ])
    expect(leaderless(made)).toBeGreaterThan(leaderless(fresh))
    const m2 = made.history.find(({ body }) => body.what === 'appended' && body.messages.includes('m2'))!
    expect(m2.nowMs).toBeGreaterThan(3_600)
    expect(stored(made)).toEqual(all)
  })

  it('who leads no more goes on to say that it leads', async () => {
    const stale: FaultKind = { kind: 'stale-metadata', broker: leader, ms: 3_000 }
    const made = await struckBy(producer, produce, 'before', stale, move)
    expect(leaderless(made)).toBeGreaterThan(leaderless(await struckBy(producer, produce, 'before', move)))
  })
})

describe('empty-metadata', () => {
  const hidden = (lacks: 'leaders' | 'brokers'): FaultKind => ({
    kind: 'empty-metadata',
    broker: 'all',
    lacks,
    ms: 2_000,
  })

  it.each(['leaders', 'brokers'] as const)(
    'no %s: who has lost its leader finds none until it is over',
    async (lacks) => {
      const made = await struckBy(producer, produce, 'before', hidden(lacks), { kind: 'leader-move', of: leader })
      expect(struck(made)[0]).toBe(`metadata of every broker named no ${lacks} for 2000 ms`)
      expect(logged(made, /Metadata.*no leader/)).not.toEqual([])
      const m2 = made.history.find(({ body }) => body.what === 'appended' && body.messages.includes('m2'))
      expect(m2?.nowMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(2_600)
    },
  )
})

describe('disk-full', () => {
  it('appends are refused and the partition is offline, until there is room and the broker was restarted', async () => {
    const made = await struckBy(producer, produce, 'before', { kind: 'disk-full', broker: leader, ms: 2_000 })
    expect(refusals(made).find((refused) => refused.startsWith('Produce'))).toBe('Produce KAFKA_STORAGE_ERROR')
    expect(logged(made, /Disk error/)).not.toEqual([])
    expect(logged(made, /no leader/)).not.toEqual([])
    expect(
      made.history.filter(({ body }) => body.what === 'broker').map(({ body }) => 'is' in body && body.is),
    ).toEqual(['down', 'up'])
    expect(stored(made)).toEqual(all)
  })

  it('of the coordinator: the commit is not stored, so the message is handled again', async () => {
    const made = await struckBy(consumer, commit, 'before', { kind: 'disk-full', broker: coordinator, ms: 2_000 })
    expect(logged(made, /OffsetCommit.*not the correct coordinator/)).not.toEqual([])
    expect(new Set(effects(made))).toEqual(new Set(all))
  })

  it('nobody writes: nothing happens, and nothing needs a restart', async () => {
    const made = await struckBy(producer, { name: 'Produce', message: 'm3' }, 'answered', {
      kind: 'disk-full',
      broker: leader,
      ms: 2_000,
    })
    expect(struck(made)).toEqual(['the disk of broker 1 (the leader of orders/0) was full for 2000 ms'])
    expect(made.history.some(({ body }) => body.what === 'broker')).toBe(false)
  })
})

describe('what throws records away', () => {
  it('broker-wipe: offsets begin at 0 again while what was committed stays', async () => {
    const made = await struckBy(consumer, commit, 'answered', {
      kind: 'broker-wipe',
      broker: leader,
      downMs: 100,
      keeps: 'offsets',
    })
    expect(struck(made)).toEqual([
      'broker 1 (the leader of orders/0) went down and came back with nothing but committed offsets after 100 ms',
    ])
    const bases = made.history.flatMap(({ body }) =>
      body.what === 'appended' && body.topic === 'orders' ? [`${body.messages} at ${body.baseOffset}`] : [],
    )
    expect(bases).toEqual(['m1 at 0', 'm2 at 0', 'm3 at 1'])
    // The group had committed 1: m2 lies before that now, and is skipped.
    expect(effects(made)).toEqual(['m1', 'm3'])
  })

  it('topic-recreate: the producer meets an unknown topic, and then an empty log', async () => {
    const made = await struckBy(producer, produce, 'answered', { kind: 'topic-recreate', topic: 'orders', goneMs: 500 })
    expect(struck(made)).toEqual(['topic orders was deleted, and created again 500 ms later'])
    expect(refusals(made)).toContain('Produce UNKNOWN_TOPIC_OR_PARTITION')
    const last = made.history.findLast(({ body }) => body.what === 'appended')!
    expect(last.body).toMatchObject({ messages: ['m3'], baseOffset: '0' })
  })

  it('retention: what was not read yet is gone, and kafkajs goes on at the log start', async () => {
    // All three are written at once and come in one fetch each; the log is cut off when the first fetch is about to leave.
    const burst = consumers(1, { everyMs: 0 })
    const made = await struckBy(burst, { name: 'Fetch' }, 'before', {
      kind: 'retention',
      topic: 'orders',
      partition: 0,
      keep: 1,
    })
    expect(struck(made)).toEqual(['orders/0 begins at 2 now'])
    expect(effects(made)).toEqual(['m3'])
    expect(logged(made, /OFFSET_OUT_OF_RANGE|offset is not within the range|out of range/i)).not.toEqual([])
  })
})

describe('offset-reset', () => {
  const reset = (to: 'earliest' | 'latest'): FaultKind => ({
    kind: 'offset-reset',
    group: 'billing',
    topic: 'orders',
    to,
  })

  it('earliest: the processes stop, the group reads everything again', async () => {
    const made = await struckBy(consumer, { name: 'OffsetCommit', message: 'm3' }, 'answered', reset('earliest'))
    expect(struck(made)).toEqual(['group billing was reset to the earliest offset of orders'])
    const lives = made.history.flatMap(({ body }) => (body.what === 'process' ? [body.is] : []))
    expect(lives).toEqual(['started', 'stopped', 'started'])
    expect(effects(made)).toEqual([...all, ...all])
  })

  it('latest: what nobody has read yet is skipped', async () => {
    const burst = consumers(1, { everyMs: 0 })
    const made = await struckBy(burst, { name: 'Fetch' }, 'before', reset('latest'))
    expect(effects(made).length).toBeLessThan(3)
  })
})

describe('the cluster stands still', () => {
  it('controller-loss: a broker that comes back is not let in before, and metadata names the dead', async () => {
    const made = await struckBy(
      producer,
      produce,
      'before',
      { kind: 'controller-loss', ms: 3_000 },
      { kind: 'broker-restart', broker: leader, downMs: 100 },
    )
    expect(struck(made)[0]).toBe('the controller was gone for 3000 ms')
    const up = made.history.find(({ body }) => body.what === 'broker' && body.is === 'up')!
    expect(up.nowMs).toBeGreaterThanOrEqual(3_600)
    expect(logged(made, /ECONNREFUSED/)).not.toEqual([])
    expect(logged(made, /no leader/)).toEqual([])
    expect(stored(made)).toEqual(all)
  })

  it('controller-loss: no leader moves meanwhile', async () => {
    const made = await struckBy(
      producer,
      produce,
      'before',
      { kind: 'controller-loss', ms: 3_000 },
      { kind: 'leader-move', of: leader },
    )
    expect(struck(made)).toEqual(['the controller was gone for 3000 ms', 'missed: REQUEST_TIMED_OUT'])
  })

  it('coordinator-load: the new coordinator says that it loads', async () => {
    const made = await struckBy(consumer, commit, 'answered', {
      kind: 'coordinator-load',
      of: { coordinatorOf: 'billing' },
      ms: 20_000,
    })
    expect(struck(made)).toEqual(['the coordinator of billing moved from broker 1 to 2, which loads for 20000 ms'])
    expect(logged(made, /coordinator is loading/)).not.toEqual([])
    expect(new Set(effects(made))).toEqual(new Set(all))
  })
})

describe('second-instance', () => {
  it('joins the group beside the first, under the same client id', async () => {
    const made = await struckBy(consumer, commit, 'answered', { kind: 'second-instance', afterMs: 100 })
    expect(struck(made)).toEqual(['consumer-0~2, a second instance of consumer-0, starts 100 ms later'])
    const both = made.history.find(({ body }) => body.what === 'group' && body.members.length === 2)
    expect(both?.body).toMatchObject({ members: [{ client: 'consumer-0' }, { client: 'consumer-0' }] })
    expect(new Set(effects(made))).toEqual(new Set(all))
  })

  it('takes the inputs that come while the first stands still; the first wakes as a zombie', async () => {
    const made = await struckBy(
      producer,
      produce,
      'before',
      { kind: 'pause', ms: 2_000, until: 'successor' },
      { kind: 'second-instance', afterMs: 1_000 },
    )
    expect(struck(made)).toEqual([
      'producer-0 was paused until 2000 ms after its successor has started',
      'producer-0~2, a second instance of producer-0, starts 1000 ms later',
    ])
    const times = (is: string) =>
      made.history.flatMap(({ body, nowMs }) => (body.what === 'process' && body.is === is ? [nowMs] : []))
    const [, second] = times('started')
    expect(times('resumed')).toEqual([second! + 2_000])
    const takers = made.history.flatMap(({ body, process }) =>
      body.what === 'input' ? [`${body.message} ${process}`] : [],
    )
    expect(takers).toEqual(['m1 producer-0', 'm2 producer-0', 'm3 producer-0~2'])
    expect(new Set(stored(made))).toEqual(new Set(all))
  })

  it('a consumer that is a zombie is refused when it commits', async () => {
    const two = consumers(1, { config: { sessionTimeoutMs: 1_500 } })
    const made = await struckBy(
      two,
      { name: 'effects.apply', message: 'm1' },
      'applied',
      { kind: 'pause', ms: 4_000, until: 'successor' },
      { kind: 'second-instance', afterMs: 100 },
    )
    expect(refusals(made).some((one) => /OffsetCommit (UNKNOWN_MEMBER_ID|ILLEGAL_GENERATION)/.test(one))).toBe(true)
    // Handled by both: the first had applied it, and not committed.
    expect(effects(made).filter((message) => message === 'm1')).toHaveLength(2)
  })
})

it('the same plan gives the same trace, whatever strikes', async () => {
  const ofConsumer: readonly FaultKind[] = [
    { kind: 'stop', graceMs: 1_000 },
    { kind: 'second-instance', afterMs: 10 },
    { kind: 'cut-answer', how: 'rst', bytes: 5 },
    { kind: 'error-answer', error: 'REQUEST_TIMED_OUT' },
    { kind: 'black-hole', broker: 'all', way: 'both', ms: 1_000 },
    { kind: 'stale-metadata', broker: coordinator, ms: 1_000 },
    { kind: 'empty-metadata', broker: 'all', lacks: 'brokers', ms: 1_000 },
    { kind: 'disk-full', broker: coordinator, ms: 1_000 },
    { kind: 'broker-wipe', broker: coordinator, downMs: 100, keeps: 'nothing' },
    { kind: 'controller-loss', ms: 1_000 },
    { kind: 'coordinator-load', of: { coordinatorOf: 'billing' }, ms: 500 },
    { kind: 'topic-recreate', topic: 'orders', goneMs: 100 },
    { kind: 'retention', topic: 'orders', partition: 0, keep: 0 },
    { kind: 'offset-reset', group: 'billing', topic: 'orders', to: { offset: 0 } },
  ]
  const stage = stageOfFixtures()
  for (const kind of ofConsumer) {
    const plan = planOf(consumer, await at(consumer, commit, 'applied', kind))
    await stage.prepare(plan)
    const [one, other] = [await run(plan, { stage }), await run(plan, { stage })]
    expect([kind.kind, one.traceHash]).toEqual([kind.kind, other.traceHash])
    expect([kind.kind, one.struck.size]).toEqual([kind.kind, 1])
    expect([kind.kind, one.ended]).toEqual([kind.kind, { by: 'rest' }])
  }
})
