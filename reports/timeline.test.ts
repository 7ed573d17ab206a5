import { expect, it } from 'vitest'
import type { Op } from '../harness/history/op.ts'
import { finding, lost, story } from './testing/sample.ts'
import { timeline } from './timeline.ts'

const said = (ops: readonly Op[], evidence = finding.evidence, most?: number): readonly string[] =>
  timeline(ops, evidence, most).map((row) =>
    'leftOut' in row
      ? `… ${row.leftOut}`
      : `${row.isProof ? '>' : ' '} ${row.atMs} ${row.who}: ${row.what}${row.times > 1 ? ` ×${row.times} until ${row.untilMs}` : ''}`,
  )

const about = (message: string) => [{ says: '', messages: [message], ops: [] }]

it('leaves out what does not bear on the evidence', () => {
  const other = { topic: 'orders', partition: 1, offset: '0', message: 'm18' }
  const noise = story(
    [1, '', 'harness', 'ok', { what: 'written', ...other }],
    [2, 'consumer-0', 'application', 'invoke', { what: 'handler', group: 'g', records: [other] }],
    [3, 'consumer-0', 'application', 'ok', { what: 'handler', group: 'g', records: [other] }, 1],
    [4, 'consumer-0', 'application', 'ok', { what: 'log', level: 'error', text: 'Connection error' }],
    [5, '', 'cluster', 'ok', { what: 'group', group: 'g', state: 'Stable', generation: 1, members: [] }],
    [6, '', 'cluster', 'ok', { what: 'committed', group: 'g', generation: 1, member: 'm', ...other }],
    [7, 'consumer-0', 'client', 'ok', { what: 'connect', client: 'consumer' }],
  )
  expect(said(noise, about('m17'))).toEqual([])
  expect(said(noise, about('m18'))).toHaveLength(3)
})

it('makes an operation and its end one row when nothing came between them', () => {
  const effect = { what: 'effect', verb: 'apply', key: 'k', messages: ['m17'] } as const
  const applied = { what: 'applied', verb: 'apply', key: 'k', messages: ['m17'], effect: 0 } as const
  const calm = story([1, 'c', 'application', 'invoke', effect], [3, 'c', 'application', 'ok', effect, 0])
  const full = story(
    [1, 'c', 'application', 'invoke', effect],
    [2, 'c', 'application', 'ok', applied],
    [3, 'c', 'application', 'ok', effect, 0],
  )
  const failed = story([1, 'c', 'application', 'invoke', effect], [3, 'c', 'application', 'unknown', effect, 0])
  expect([said(calm, about('m17')), said(full, about('m17')), said(failed, about('m17'))]).toMatchInlineSnapshot(`
    [
      [
        "  1 c: calls effects.apply(k) for m17: done",
      ],
      [
        "  1 c: calls effects.apply(k) for m17",
        "  2 store: the effect for m17 is durable: apply(k)",
        "  3 c: effects.apply(k) returned",
      ],
      [
        "  1 c: calls effects.apply(k) for m17",
        "  3 c: never learnt whether effects.apply(k) was applied",
      ],
    ]
  `)
})

it('counts what is repeated', () => {
  const fetched = {
    what: 'fetched',
    topic: 'orders',
    topicId: 'T',
    partition: 0,
    from: '0',
    records: [{ offset: '0', message: 'm17' }],
  } as const
  const ops = story(
    [1, '', 'cluster', 'ok', fetched],
    [7, '', 'cluster', 'ok', fetched],
    [9, '', 'cluster', 'ok', fetched],
  )
  expect(said(ops, about('m17'))).toEqual(['  1 cluster: answers a fetch of orders/0 from 0 with m17 ×3 until 9'])
})

it('keeps what is nearest to the proof when there is too much, and says how much is left out', () => {
  expect(said(lost, finding.evidence, 6)).toMatchInlineSnapshot(`
    [
      "  0 consumer-0: starts",
      "> 0 workload: m17 written to orders/0 at 0",
      "  1040 consumer-0: owns orders/0 (group g, generation 1)",
      "… 3",
      "> 1048 cluster: orders/0 committed at 1 (group g, generation 1)",
      "  1048 fault: crash strikes: consumer-0 was killed",
      "  1048 consumer-0: is killed (by a fault)",
      "… 5",
    ]
  `)
  const many = story(
    ...Array.from({ length: 500 }, (_, n) => [n, 'c', 'harness', 'ok', { what: 'input', message: `m${n}` }] as const),
  )
  const rows = said(many, [{ says: '', messages: [], ops: [250] }])
  expect(rows).toHaveLength(42)
  expect([rows[0], rows.at(-1)]).toEqual(['… 230', '… 230'])
})

it('takes evidence that names neither message nor operation', () => {
  expect(said(lost, [{ says: 'no progress', messages: [], ops: [] }])).toHaveLength(14)
  expect(said([], finding.evidence)).toEqual([])
})

it('names every kind of operation', () => {
  const error = {
    name: 'KafkaJSProtocolError',
    code: 'NOT_LEADER_OR_FOLLOWER',
    retriable: true,
    message: 'a long text',
  }
  const m1 = { topic: 'orders', partition: 0, offset: '3', message: 'm1' }
  const send = { what: 'send', producer: 1, idempotent: true, acks: -1, records: [{ ...m1, key: null }] } as const
  const place = { topic: 'orders', partition: 0, offset: '4' }
  const commit = { what: 'commit', consumer: 1, group: 'g', offsets: [place] } as const
  const batch = {
    topic: 'orders',
    topicId: 'T',
    partition: 0,
    baseOffset: '3',
    producerId: '1000',
    producerEpoch: 0,
    baseSequence: 0,
  }
  const ops = story(
    [0, 'p', 'harness', 'ok', { what: 'input', message: 'm1' }],
    [1, 'p', 'client', 'invoke', send],
    [1, 'p', 'client', 'fail', { ...send, error }, 1],
    [1, 'p', 'client', 'invoke', { ...send, idempotent: false, acks: 1 }],
    [2, '', 'cluster', 'ok', { what: 'appended', ...batch, messages: ['m1', 'm2'], leaderEpoch: 0, crc: 'ff' }],
    [2, '', 'cluster', 'ok', { what: 'duplicate', ...batch, messages: ['m1', 'm2'] }],
    [
      2,
      '',
      'cluster',
      'ok',
      { what: 'refused', api: 'Produce', error: 'OUT_OF_ORDER_SEQUENCE_NUMBER', topic: 'orders', partition: 0 },
    ],
    [2, '', 'cluster', 'ok', { what: 'refused', api: 'JoinGroup', error: 'UNKNOWN_MEMBER_ID' }],
    [3, 'p', 'client', 'ok', { ...send, stored: [{ ...place, offset: '3' }] }, 3],
    [3, 'p', 'client', 'unknown', send, 3],
    [4, 'c#2', 'client', 'invoke', commit],
    [4, '', 'cluster', 'ok', { what: 'committed', group: 'g', generation: -1, member: '', ...place }],
    [4, 'c#2', 'client', 'ok', commit, 10],
    [4, 'c#2', 'client', 'fail', { ...commit, error }, 10],
    [5, 'c#2', 'client', 'ok', { what: 'revoked', consumer: 1, group: 'g', why: 'rebalancing' }],
    [
      5,
      'c#2',
      'client',
      'ok',
      { what: 'crashed', consumer: 1, group: 'g', restart: false, error: { ...error, code: '' } },
    ],
    [
      5,
      'c#2',
      'client',
      'ok',
      { what: 'assigned', consumer: 1, group: 'g', generation: 3, member: 'm', partitions: [] },
    ],
    [6, 'c#2', 'client', 'fail', { what: 'subscribe', client: 'consumer', error }],
    [6, 'c#2', 'application', 'ok', { what: 'log', level: 'error', text: 'x\u001b[2J' }],
    [7, '', 'cluster', 'ok', { what: 'group', group: 'g', state: 'Empty', generation: 3, members: [] }],
    [
      7,
      '',
      'cluster',
      'ok',
      { what: 'assignment', group: 'g', generation: 3, owners: [{ member: 'm', topic: 'orders', partition: 0 }] },
    ],
    [7, '', 'cluster', 'ok', { what: 'leader', topic: 'orders', partition: 0, leader: -1, epoch: 4 }],
    [7, '', 'cluster', 'ok', { what: 'leader', topic: 'orders', partition: 0, leader: 2, epoch: 4 }],
    [7, '', 'cluster', 'ok', { what: 'topic', topic: 'orders', topicId: 'T', is: 'deleted', partitions: 3 }],
    [7, '', 'cluster', 'ok', { what: 'topic', topic: 'orders', topicId: 'U', is: 'created', partitions: 3 }],
    [7, '', 'cluster', 'ok', { what: 'cluster-reset', clusterId: 'C' }],
    [7, '', 'cluster', 'ok', { what: 'broker', broker: 1, is: 'down' }],
    [7, '', 'cluster', 'ok', { what: 'malformed', broker: 1, why: 'a frame of 3 GB' }],
    [8, '', 'harness', 'ok', { what: 'phase', phase: 'operator-restart', note: 'it did not go on by itself' }],
    [8, '', 'harness', 'ok', { what: 'fault', fault: 0, kind: 'pause', is: 'missed', detail: 'c was not running' }],
    [8, '', 'harness', 'ok', { what: 'fault', fault: 0, kind: 'slow-link', is: 'lifted', detail: 'after 5 s' }],
    [8, 'c', 'harness', 'ok', { what: 'process', is: 'crashed', error }],
    [
      9,
      '',
      'harness',
      'ok',
      {
        what: 'state',
        logs: [{ ...m1, topicId: 'T', start: '0', end: '5', online: true }],
        committed: [{ group: 'g', ...place }],
      },
    ],
    [9, '', 'harness', 'ok', { what: 'state', logs: [], committed: [] }],
  )
  const everything = [{ says: '', messages: [], ops: ops.map(({ index }) => index) }]
  expect(`\n${said(ops, everything).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    > 0 p: is given m1 to send
    > 1 p: sends m1 to orders (acks=all, idempotent)
    > 1 p: send() of m1 throws: KafkaJSProtocolError NOT_LEADER_OR_FOLLOWER
    > 1 p: sends m1 to orders (acks=1)
    > 2 cluster: m1 and m2 appended to orders/0 at 3 to 4
    > 2 cluster: m1 and m2 not appended again: in orders/0 at 3 already
    > 2 cluster: answers Produce on orders/0 with OUT_OF_ORDER_SEQUENCE_NUMBER
    > 2 cluster: answers JoinGroup with UNKNOWN_MEMBER_ID
    > 3 p: send() resolves: m1 stored, orders/0 at 3
    > 3 p: never learnt whether m1 was stored
    > 4 c, life 2: commits orders/0 at 4
    > 4 cluster: orders/0 committed at 4 (group g)
    > 4 c, life 2: is told that orders/0 at 4 is committed
    > 4 c, life 2: the commit of orders/0 at 4 throws: KafkaJSProtocolError NOT_LEADER_OR_FOLLOWER
    > 5 c, life 2: gives up its partitions of group g: rebalancing
    > 5 c, life 2: its consumer of group g crashed (KafkaJSProtocolError) and stays down
    > 5 c, life 2: owns no partition (group g, generation 3)
    > 6 c, life 2: consumer.subscribe() throws: KafkaJSProtocolError NOT_LEADER_OR_FOLLOWER
    > 6 c, life 2: logs error: x[2J
    > 7 cluster: group g is Empty in generation 3 with 0 members
    > 7 cluster: group g, generation 3: 1 partition to 1 member
    > 7 cluster: orders/0 has no leader
    > 7 cluster: broker 2 leads orders/0 (leader epoch 4)
    > 7 cluster: topic orders deleted
    > 7 cluster: topic orders created with 3 partitions
    > 7 cluster: made anew: new topic ids, logs and committed offsets gone
    > 7 cluster: broker 1 is down
    > 7 cluster: broker 1 closes a connection: a frame of 3 GB
    > 8 phase: an operator restarts every process: it did not go on by itself
    > 8 fault: pause misses: c was not running
    > 8 fault: slow-link is over: after 5 s
    > 8 c: ends with an uncaught error (KafkaJSProtocolError NOT_LEADER_OR_FOLLOWER)
    > 9 phase: orders/0 ends at 5 and orders/0 committed at 4 by group g
    > 9 phase: nothing is stored
    "
  `)
})
