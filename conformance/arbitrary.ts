/** Sequences that sensible and hostile clients would send. Each API's requests are drawn in `asking/`; here they are put in a row. */
import fc, { type Arbitrary } from 'fast-check'
import { endpointsOf, type Release, type Served } from '../harness/model/releases.ts'
import { adminBodies } from './asking/admin.ts'
import type { Bodies } from './asking/bodies.ts'
import { groupBodies } from './asking/groups.ts'
import { logBodies } from './asking/log.ts'
import { transactionBodies } from './asking/transactions.ts'
import { beginningOf, preambles } from './beginnings.ts'
import { BROKERS, LED_FROM_THE_START, usualSeat } from './seats.ts'
import { type Move, name, type Outage, type Seat, type Send, type Sequence, type Step } from './sequence.ts'

const bodies: Bodies = { ...adminBodies, ...logBodies, ...groupBodies, ...transactionBodies }

/** How often each API is asked for, by what a sequence is about. */
const themes: Readonly<Record<string, Partial<Record<Served, number>>>> = {
  log: { produce: 8, fetch: 6, listOffsets: 3, deleteRecords: 1, initProducerId: 1, metadata: 1 },
  groups: {
    joinGroup: 6,
    syncGroup: 6,
    heartbeat: 3,
    leaveGroup: 2,
    offsetCommit: 4,
    offsetFetch: 3,
    describeGroups: 2,
    listGroups: 1,
    deleteGroups: 1,
    findCoordinator: 1,
  },
  transactions: {
    initProducerId: 2,
    addPartitionsToTxn: 5,
    produce: 5,
    addOffsetsToTxn: 4,
    txnOffsetCommit: 4,
    endTxn: 3,
    fetch: 3,
    listOffsets: 1,
    offsetFetch: 2,
    offsetCommit: 1,
  },
  admin: {
    createTopics: 4,
    deleteTopics: 2,
    createPartitions: 2,
    deleteRecords: 1,
    metadata: 3,
    describeConfigs: 2,
    describeCluster: 1,
    apiVersions: 1,
    listOffsets: 1,
    produce: 2,
    fetch: 1,
    offsetCommit: 1,
    offsetFetch: 1,
  },
}

const describing = { metadata: 2, findCoordinator: 1, describeCluster: 1 }

/** To three brokers; the last two are played alone, as everybody has the same coordinators. */
const moved: typeof themes = {
  log: { ...themes.log, deleteRecords: 2, ...describing },
  transactions: { ...themes.transactions, ...describing },
  coordinators: { ...themes.groups, ...describing },
  coordinatorsOfTransactions: { ...themes.transactions, ...describing },
}

/** Of so many sequences to three brokers one has a broker killed. */
const OUTAGE_IN = 8

const by = fc.constantFrom<1 | 2>(1, 2)
const leaderMoves: Arbitrary<Step> = fc
  .record({ of: fc.constantFrom(['t0', 0], ['t0', 0], ['t0', 1], ['t1', 0]) as Arbitrary<[string, number]>, by })
  .map(({ of: [leaderOf, partition], by }): Move => ({ move: { leaderOf, partition }, by }))
const anyMoves: Arbitrary<Step> = fc.oneof(
  leaderMoves,
  fc
    .record({ coordinates: fc.constantFrom('__consumer_offsets' as const, '__transaction_state' as const), by })
    .map(({ coordinates, by }): Move => ({ move: { coordinates }, by })),
)

/** Coordinators twice as often. */
const outages: Arbitrary<Outage> = fc
  .constantFrom(...LED_FROM_THE_START, ...LED_FROM_THE_START.filter((one) => 'coordinates' in one))
  .map((of) => ({ outage: 'kill', of }))

/** Who looks while a broker is down sees that copies are missing; a transaction that wrote to STRICT does not come to its end. */
const LOOKS: Send[] = [
  { connection: 0, to: { broker: 1 }, api: 'metadata', version: 0, body: { topics: [{ name: name('t0') }] } },
  {
    connection: 0,
    to: { coordinates: '__transaction_state' },
    api: 'endTxn',
    version: 3,
    body: {
      transactionalId: name('x0'),
      producerId: { $: 'producerId', of: 'x0' },
      producerEpoch: { $: 'producerEpoch', of: 'x0' },
      committed: true,
    },
  },
  {
    connection: 1,
    to: { leaderOf: 't5', partition: 0 },
    api: 'produce',
    version: 7,
    body: {
      transactionalId: null,
      acks: -1,
      timeoutMs: 5_000,
      topicData: [
        {
          name: name('t5'),
          partitionData: [{ index: 0, records: { $: 'batch', of: '', topic: 't5', partition: 0, count: 1 } }],
        },
      ],
    },
  },
]

/** Once in a sequence a broker is killed, and perhaps comes back before its end: each takes seconds. */
function suffering(steps: Arbitrary<Sequence>): Arbitrary<Sequence> {
  const at = fc.double({ min: 0, max: 1, noNaN: true })
  return fc.tuple(steps, outages, at, at, fc.subarray(LOOKS)).map(([some, outage, one, other, looks]) => {
    const from = Math.floor(Math.min(one, other) * some.length)
    const until = Math.floor(Math.max(one, other) * some.length)
    return [
      ...some.slice(0, from),
      outage,
      ...looks,
      ...some.slice(from, until),
      { outage: 'restart' },
      ...some.slice(until),
    ]
  })
}

/** From here on followers serve readers; what they show, and when, is nobody's promise. */
const FROM_FOLLOWERS = 11

/** Who does not know where to ask. */
function strays({ api, version }: Send): Arbitrary<Seat | undefined> {
  const anywhere = fc.constantFrom(...BROKERS).map((broker): Seat => ({ broker }))
  if (api === 'fetch' && version >= FROM_FOLLOWERS) return fc.constant(undefined)
  return fc.oneof({ weight: 11, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anywhere })
}

/** Below, records travel in the message sets of before Kafka 0.11. */
const OLDEST: Partial<Record<Served, number>> = { produce: 3, fetch: 4 }

export interface Asking {
  readonly release: Release
  /** Three: leaders and coordinators move, and are asked by who knows it and by who does not. */
  readonly brokers: 1 | 3
  readonly minSteps: number
  readonly maxSteps: number
}

export function sequences({ release, brokers, minSteps, maxSteps }: Asking): Arbitrary<Sequence> {
  const endpoints = new Map(endpointsOf(release).map((endpoint) => [endpoint.name, endpoint]))
  const sends = (api: Served): Arbitrary<Send> => {
    const { min: served, max } = endpoints.get(api)!
    const min = Math.max(served, OLDEST[api] ?? 0)
    return fc.tuple(fc.integer({ min, max }), fc.integer({ min: 0, max: 2 })).chain(([version, connection]) =>
      bodies[api](version).map(({ body, as }): Send => {
        return { connection, api, version, body, ...(as !== undefined && { as }) }
      }),
    )
  }
  const asked = (api: Served): Arbitrary<Step> =>
    brokers === 1
      ? sends(api)
      : sends(api).chain((send) => strays(send).map((to) => ({ ...send, to: to ?? usualSeat(send) })))
  const sleeps: Arbitrary<Step> = fc.constantFrom(60, 400).map((sleepMs) => ({ sleepMs }))
  const plain = Object.entries(brokers === 1 ? themes : moved).map(([theme, weights]) => {
    const steps = Object.entries(weights).map(([api, weight]) => ({
      weight: weight * 10,
      arbitrary: asked(api as Served),
    }))
    const moving =
      brokers === 1 ? [] : [{ weight: 12, arbitrary: theme.startsWith('coordinators') ? anyMoves : leaderMoves }]
    const some = fc.array(fc.oneof(...steps, ...moving, { weight: 2, arbitrary: sleeps }), {
      minLength: minSteps,
      maxLength: maxSteps,
      size: 'max',
    })
    return fc.tuple(beginningOf(theme, brokers), some).map(([first, rest]) => [...first, ...rest])
  })
  const themed = plain.map((arbitrary) => ({ weight: OUTAGE_IN - 1, arbitrary }))
  const suffered = brokers === 1 ? [] : plain.map((arbitrary) => ({ weight: 1, arbitrary: suffering(arbitrary) }))
  return fc
    .oneof(...themed, ...suffered)
    .chain((steps) => preambles(release, brokers).map((first) => [...first, ...steps]))
}
