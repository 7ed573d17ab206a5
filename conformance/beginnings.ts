/** What clients begin with, so that most requests of a sequence have something to be about. */
import fc, { type Arbitrary } from 'fast-check'
import { endpointsOf, type Release } from '../harness/model/releases.ts'
import { PLACED, placed, settingsOf } from './seats.ts'
import { type Internal, name, type Send, type Sequence, type Template } from './sequence.ts'

const NOWHERE: Arbitrary<Sequence> = fc.constant([])

/** Topics, and producers that have their ids. */
export function preambles(release: Release, brokers: 1 | 3): Arbitrary<Sequence> {
  const versions = new Map(endpointsOf(release).map(({ name, max }) => [name, max]))
  const single = (topic: string): Template => {
    const numPartitions = PLACED[topic]!
    return {
      name: name(topic),
      numPartitions,
      replicationFactor: 1,
      assignments: [],
      configs: settingsOf(topic, release),
    }
  }
  const create: Send = {
    connection: 0,
    ...(brokers === 1 ? {} : { to: { broker: 1 } }),
    api: 'createTopics',
    version: versions.get('createTopics')!,
    body: {
      topics: Object.keys(PLACED).map((topic) => (brokers === 1 ? single(topic) : placed(topic, release))),
      timeoutMs: 30_000,
    },
  }
  const init = (as: string, transactionalId: Template): Send => {
    const body = { transactionalId, transactionTimeoutMs: 60_000 }
    return { ...asked('initProducerId', 4, body, brokers, '__transaction_state'), as }
  }
  const rest = [init('p0', null), init('x0', name('x0')), init('x1', name('x1'))]
  return fc.oneof(fc.constant(rest), fc.subarray(rest)).map((some) => [create, ...some])
}

/** What a sequence begins with because of what it is about. */
export function beginningOf(theme: string, brokers: 1 | 3): Arbitrary<Sequence> {
  if (theme === 'groups' || theme === 'coordinators') return groups(brokers)
  if (theme === 'log' || theme === 'admin') return NOWHERE
  const both = fc.tuple(groups(brokers), transaction(brokers)).map((some) => some.flat())
  return fc.oneof(NOWHERE, transaction(brokers), both)
}

/** To the only broker, or to the coordinator. */
function asked(api: Send['api'], version: number, body: Send['body'], brokers: 1 | 3, of: Internal): Send {
  return { connection: 0, ...(brokers === 1 ? {} : { to: { coordinates: of } }), api, version, body }
}

/** x0 has begun one, and offsets of g0 are part of it. */
function transaction(brokers: 1 | 3): Arbitrary<Sequence> {
  const of = {
    transactionalId: name('x0'),
    producerId: { $: 'producerId', of: 'x0' },
    producerEpoch: { $: 'producerEpoch', of: 'x0' },
  } as const
  const added = {
    v3AndBelowTransactionalId: of.transactionalId,
    v3AndBelowProducerId: of.producerId,
    v3AndBelowProducerEpoch: of.producerEpoch,
    v3AndBelowTopics: [
      { name: name('t0'), partitions: [0, 1] },
      { name: name('t5'), partitions: [0] },
    ],
  }
  const offset = { partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }
  const groupId = name('g0')
  const committed = { ...of, groupId, topics: [{ name: name('t0'), partitions: [offset] }] }
  const stable = { groupId, topics: [{ name: name('t0'), partitionIndexes: [0] }], requireStable: true }
  return fc
    .tuple(fc.constantFrom(...CLAIMS), fc.boolean())
    .map(([who, looks]) => [
      asked('addPartitionsToTxn', 3, added, brokers, '__transaction_state'),
      asked('addOffsetsToTxn', 3, { ...of, groupId }, brokers, '__transaction_state'),
      asked('txnOffsetCommit', 3, { ...committed, ...who }, brokers, '__consumer_offsets'),
      ...(looks ? [asked('offsetFetch', 7, stable, brokers, '__consumer_offsets')] : []),
    ])
}

/** Who commits in it: nobody in particular; its member, and as of another generation; one of another group, who claims to be its instance. */
const CLAIMS: readonly Send['body'][] = [
  {},
  claimed('m0', 0, null),
  claimed('m0', 1, null),
  claimed('m2', 0, null),
  claimed('m2', 0, 'i0'),
]

function claimed(of: string, plus: number, instance: string | null): Send['body'] {
  return {
    memberId: { $: 'memberId', of },
    generationIdOrMemberEpoch: { $: 'generation', of, plus },
    groupInstanceId: instance === null ? null : name(instance),
  }
}

const PROTOCOL = { protocolType: 'consumer', protocols: [{ name: 'range', metadata: Buffer.from('r') }] }

/** One more than wait for the first of them, which is no member of the next generation yet. */
const CROWD = 5

/** Its first members have joined, or nobody has; or so many come that the last one finds it full (`group.max.size`). */
function groups(brokers: 1 | 3): Arbitrary<Sequence> {
  const join = (version: number, body: Send['body']): Send => {
    return asked('joinGroup', version, { ...body, ...PROTOCOL }, brokers, '__consumer_offsets')
  }
  const joined = (member: string, group: string): Sequence => {
    const memberId = { $: 'memberId', of: member } as const
    const groupId = name(group)
    const groupInstanceId = member === 'm0' ? name('i0') : null
    const timeouts = { sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 60_000 }
    const once: Send = { ...join(5, { groupId, ...timeouts, memberId, groupInstanceId }), as: member }
    const assignments = [{ memberId, assignment: Buffer.from(`for ${member}`) }]
    const generationId = { $: 'generation', of: member } as const
    const sync = { groupId, generationId, memberId, assignments }
    // Who is no instance is given an id first, and has to come again.
    return [
      ...(groupInstanceId === null ? [once, once] : [once]),
      asked('syncGroup', 2, sync, brokers, '__consumer_offsets'),
    ]
  }
  const both = [joined('m0', 'g0'), joined('m2', 'g1')]
  // Who comes after the first waits for it, so each has a connection to itself. Nobody knows their ids, so none of them ever leaves: whom
  // the others would have for a leader then is up to a hash table.
  const crowd = Array.from({ length: CROWD }, (_, nth): Send => {
    const first = join(0, { groupId: name('g1'), sessionTimeoutMs: 60_000, memberId: '' })
    return { ...first, connection: 10 + nth }
  })
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(both.flat()) },
    { weight: 3, arbitrary: fc.subarray(both).map((some) => some.flat()) },
    { weight: 1, arbitrary: fc.constant([...joined('m0', 'g0'), ...crowd]) },
  )
}
