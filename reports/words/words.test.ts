/** Everything that can be in a plan, said. The snapshots are there to be read: does an operator understand them? */
import { describe, expect, it } from 'vitest'
import { points } from '../../harness/plan/names.ts'
import type { Anchor, Delay, Fault, FaultKind, Plan, Subject } from '../../harness/plan/plan.ts'
import { anchor, plan } from '../testing/sample.ts'
import { callOf } from './anchor.ts'
import { wordsOfDelay, wordsOfFault } from './fault.ts'
import { sizeOfPlan, wordsOfPlan } from './plan.ts'
import { clean, counted, duration, grouped, listed, ordinal } from './text.ts'

const kinds: { readonly [K in FaultKind['kind']]: readonly Extract<FaultKind, { kind: K }>[] } = {
  crash: [{ kind: 'crash' }],
  pause: [
    { kind: 'pause', ms: 12_000 },
    { kind: 'pause', ms: 500, until: 'successor' },
  ],
  'lost-ack': [
    { kind: 'lost-ack', how: 'fin' },
    { kind: 'lost-ack', how: 'rst' },
    { kind: 'lost-ack', how: 'late', lateMs: 31_000 },
    { kind: 'lost-ack', how: 'late' },
  ],
  'lost-request': [
    { kind: 'lost-request', how: 'fin' },
    { kind: 'lost-request', how: 'rst' },
  ],
  'leader-move': [
    { kind: 'leader-move', of: { leaderOf: { topic: 'orders', partition: 0 } } },
    { kind: 'leader-move', of: { coordinatorOf: 'g' } },
    { kind: 'leader-move', of: { broker: 1 } },
  ],
  'broker-restart': [
    { kind: 'broker-restart', broker: { leaderOf: { topic: 'orders', partition: 0 } }, downMs: 3000 },
    { kind: 'broker-restart', broker: { coordinatorOf: 'g' }, downMs: 3000 },
    { kind: 'broker-restart', broker: { broker: 1 }, downMs: 350 },
  ],
  'cluster-reset': [{ kind: 'cluster-reset' }],
  'slow-link': [{ kind: 'slow-link', latencyMs: 400, ms: 5000 }],
  stop: [{ kind: 'stop', graceMs: 10_000 }],
  'second-instance': [
    { kind: 'second-instance', afterMs: 0 },
    { kind: 'second-instance', afterMs: 2000 },
  ],
  'cut-answer': [{ kind: 'cut-answer', how: 'rst', bytes: 7 }],
  'error-answer': [{ kind: 'error-answer', error: 'NOT_COORDINATOR' }],
  'black-hole': [
    { kind: 'black-hole', broker: 'all', way: 'both', ms: 2000 },
    { kind: 'black-hole', broker: { coordinatorOf: 'g' }, way: 'up', ms: 2000 },
    { kind: 'black-hole', broker: { broker: 2 }, way: 'down', ms: 2000 },
  ],
  'stale-metadata': [{ kind: 'stale-metadata', broker: { broker: 1 }, ms: 2000 }],
  'empty-metadata': [
    { kind: 'empty-metadata', broker: 'all', lacks: 'leaders', ms: 2000 },
    { kind: 'empty-metadata', broker: { broker: 1 }, lacks: 'brokers', ms: 2000 },
  ],
  'disk-full': [{ kind: 'disk-full', broker: { leaderOf: { topic: 'orders', partition: 0 } }, ms: 2000 }],
  'broker-wipe': [
    { kind: 'broker-wipe', broker: { broker: 1 }, downMs: 100, keeps: 'nothing' },
    { kind: 'broker-wipe', broker: { broker: 1 }, downMs: 100, keeps: 'offsets' },
  ],
  'controller-loss': [{ kind: 'controller-loss', ms: 8000 }],
  'machine-crash': [{ kind: 'machine-crash', broker: { broker: 2 }, downMs: 100, lostMs: 5000 }],
  'broker-partition': [
    { kind: 'broker-partition', broker: { leaderOf: { topic: 'orders', partition: 0 } }, way: 'both', ms: 4000 },
    { kind: 'broker-partition', broker: { broker: 2 }, way: 'out', ms: 4000 },
    { kind: 'broker-partition', broker: { broker: 2 }, way: 'in', ms: 4000 },
  ],
  'unclean-election': [
    { kind: 'unclean-election', topic: 'orders', partition: 0, behind: 1, downMs: 100 },
    { kind: 'unclean-election', topic: 'orders', partition: 0, behind: 3, downMs: 4000 },
  ],
  'coordinator-load': [
    { kind: 'coordinator-load', of: { coordinatorOf: 'g' }, ms: 500 },
    { kind: 'coordinator-load', of: { transactionCoordinatorOf: 't' }, ms: 500 },
  ],
  'slow-markers': [{ kind: 'slow-markers', of: { transactionCoordinatorOf: 't' }, delayMs: 500, ms: 5_000 }],
  'topic-recreate': [
    { kind: 'topic-recreate', topic: 'orders', goneMs: 0 },
    { kind: 'topic-recreate', topic: 'orders', goneMs: 500 },
  ],
  retention: [
    { kind: 'retention', topic: 'orders', partition: 0, keep: 0 },
    { kind: 'retention', topic: 'orders', partition: 0, keep: 1 },
  ],
  'offset-reset': [
    { kind: 'offset-reset', group: 'g', topic: 'orders', to: 'earliest' },
    { kind: 'offset-reset', group: 'g', topic: 'orders', to: { offset: 3 } },
  ],
}

const table = (lines: readonly string[]): string => `\n${lines.join('\n')}\n`

describe('a fault', () => {
  const everyKind = Object.values(kinds).flat() as readonly FaultKind[]

  it('at the points of a request', () => {
    const lines = points.flatMap((point) => [
      `-- ${point}`,
      ...everyKind.map((kind) => wordsOfFault({ at: { ...anchor, point }, ...kind } as Fault)),
    ])
    expect(table(lines)).toMatchInlineSnapshot(`
      "
      -- before
      consumer-0 (first life) is killed before its commit of orders/0 past m17 was applied
      consumer-0 (first life) is paused for 12 s before its commit of orders/0 past m17 was applied
      consumer-0 (first life) is paused until 500 ms after its successor has started before its commit of orders/0 past m17 was applied
      consumer-0 (first life) never gets the answer to its commit of orders/0 past m17: it is applied, then the connection is closed (FIN)
      consumer-0 (first life) never gets the answer to its commit of orders/0 past m17: it is applied, then the connection is reset (RST)
      consumer-0 (first life) gets the answer to its commit of orders/0 past m17 31 s late, though it is applied at once
      consumer-0 (first life) gets the answer to its commit of orders/0 past m17 later than it waits, though it is applied at once
      the commit of orders/0 past m17 by consumer-0 (first life) never reaches the broker: the connection is closed (FIN) first
      the commit of orders/0 past m17 by consumer-0 (first life) never reaches the broker: the connection is reset (RST) first
      the leadership of orders/0 moves to another broker before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      the coordinator of group g moves to another broker before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      what broker 1 leads moves to another broker before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      the leader of orders/0 goes down for 3 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      the coordinator of group g goes down for 3 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      broker 1 goes down for 350 ms before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      the cluster is made anew (new cluster id and topic ids, logs and committed offsets gone) before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      the link between consumer-0 (first life) and the brokers becomes slow (400 ms more each way, for 5 s) before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      consumer-0 (first life) is asked to stop (SIGTERM, killed after 10 s) and started again before its commit of orders/0 past m17 was applied
      a second instance of consumer-0 starts before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      a second instance of consumer-0 starts before the commit of orders/0 past m17 by consumer-0 (first life) was applied, 2 s later
      consumer-0 (first life) gets 7 bytes of the answer to its commit of orders/0 past m17, then the connection is reset (RST)
      consumer-0 (first life) is answered NOT_COORDINATOR to its commit of orders/0 past m17, which is not applied
      nothing gets through between consumer-0 (first life) and the brokers for 2 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      nothing that consumer-0 (first life) sends gets to the coordinator of group g for 2 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      nothing that broker 2 sends gets to consumer-0 (first life) for 2 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      broker 1 learns nothing new of the cluster for 2 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      metadata of every broker names no leaders for 2 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      metadata of broker 1 names no brokers for 2 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      the disk of the leader of orders/0 is full for 2 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      broker 1 goes down for 100 ms and comes back with an empty disk before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      broker 1 goes down for 100 ms and comes back with nothing on its disk but committed offsets before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      the controller is gone for 8 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      the machine of broker 2 goes down for 100 ms, without what was written on it in the last 5 s, before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      the leader of orders/0 and the other brokers cannot reach each other for 4 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      broker 2 cannot reach the other brokers for 4 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      broker 2 cannot be reached by the other brokers for 4 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      all brokers in sync on orders/0 go down for 100 ms, and one leads that lacks its last record, before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      all brokers in sync on orders/0 go down for 4 s, and one leads that lacks its last 3 records, before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      the coordinator of group g moves to another broker, which loads for 500 ms before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      the coordinator of transactional id t moves to another broker, which loads for 500 ms before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      markers of the coordinator of transactional id t take 500 ms for 5 s before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      topic orders is deleted and created again at once before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      topic orders is deleted and created again after 500 ms before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      all records of orders/0 are deleted before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      all but the last record of orders/0 are deleted before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      an operator stops the processes of group g, resets it to the earliest offsets of orders and starts them again before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      an operator stops the processes of group g, resets it to offset 3 of orders and starts them again before the commit of orders/0 past m17 by consumer-0 (first life) was applied
      -- applied
      consumer-0 (first life) is killed after its commit of orders/0 past m17 was applied and before the answer came
      consumer-0 (first life) is paused for 12 s after its commit of orders/0 past m17 was applied and before the answer came
      consumer-0 (first life) is paused until 500 ms after its successor has started after its commit of orders/0 past m17 was applied and before the answer came
      consumer-0 (first life) never gets the answer to its commit of orders/0 past m17: it is applied, then the connection is closed (FIN)
      consumer-0 (first life) never gets the answer to its commit of orders/0 past m17: it is applied, then the connection is reset (RST)
      consumer-0 (first life) gets the answer to its commit of orders/0 past m17 31 s late, though it is applied at once
      consumer-0 (first life) gets the answer to its commit of orders/0 past m17 later than it waits, though it is applied at once
      the commit of orders/0 past m17 by consumer-0 (first life) never reaches the broker: the connection is closed (FIN) first
      the commit of orders/0 past m17 by consumer-0 (first life) never reaches the broker: the connection is reset (RST) first
      the leadership of orders/0 moves to another broker after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      the coordinator of group g moves to another broker after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      what broker 1 leads moves to another broker after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      the leader of orders/0 goes down for 3 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      the coordinator of group g goes down for 3 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      broker 1 goes down for 350 ms after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      the cluster is made anew (new cluster id and topic ids, logs and committed offsets gone) after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      the link between consumer-0 (first life) and the brokers becomes slow (400 ms more each way, for 5 s) after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      consumer-0 (first life) is asked to stop (SIGTERM, killed after 10 s) and started again after its commit of orders/0 past m17 was applied and before the answer came
      a second instance of consumer-0 starts after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      a second instance of consumer-0 starts after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came, 2 s later
      consumer-0 (first life) gets 7 bytes of the answer to its commit of orders/0 past m17, then the connection is reset (RST)
      consumer-0 (first life) is answered NOT_COORDINATOR to its commit of orders/0 past m17, though it was applied
      nothing gets through between consumer-0 (first life) and the brokers for 2 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      nothing that consumer-0 (first life) sends gets to the coordinator of group g for 2 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      nothing that broker 2 sends gets to consumer-0 (first life) for 2 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      broker 1 learns nothing new of the cluster for 2 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      metadata of every broker names no leaders for 2 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      metadata of broker 1 names no brokers for 2 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      the disk of the leader of orders/0 is full for 2 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      broker 1 goes down for 100 ms and comes back with an empty disk after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      broker 1 goes down for 100 ms and comes back with nothing on its disk but committed offsets after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      the controller is gone for 8 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      the machine of broker 2 goes down for 100 ms, without what was written on it in the last 5 s, after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      the leader of orders/0 and the other brokers cannot reach each other for 4 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      broker 2 cannot reach the other brokers for 4 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      broker 2 cannot be reached by the other brokers for 4 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      all brokers in sync on orders/0 go down for 100 ms, and one leads that lacks its last record, after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      all brokers in sync on orders/0 go down for 4 s, and one leads that lacks its last 3 records, after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      the coordinator of group g moves to another broker, which loads for 500 ms after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      the coordinator of transactional id t moves to another broker, which loads for 500 ms after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      markers of the coordinator of transactional id t take 500 ms for 5 s after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      topic orders is deleted and created again at once after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      topic orders is deleted and created again after 500 ms after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      all records of orders/0 are deleted after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      all but the last record of orders/0 are deleted after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      an operator stops the processes of group g, resets it to the earliest offsets of orders and starts them again after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      an operator stops the processes of group g, resets it to offset 3 of orders and starts them again after the commit of orders/0 past m17 by consumer-0 (first life) was applied and before the answer came
      -- answered
      consumer-0 (first life) is killed right after the answer to its commit of orders/0 past m17 came
      consumer-0 (first life) is paused for 12 s right after the answer to its commit of orders/0 past m17 came
      consumer-0 (first life) is paused until 500 ms after its successor has started right after the answer to its commit of orders/0 past m17 came
      consumer-0 (first life) never gets the answer to its commit of orders/0 past m17: it is applied, then the connection is closed (FIN)
      consumer-0 (first life) never gets the answer to its commit of orders/0 past m17: it is applied, then the connection is reset (RST)
      consumer-0 (first life) gets the answer to its commit of orders/0 past m17 31 s late, though it is applied at once
      consumer-0 (first life) gets the answer to its commit of orders/0 past m17 later than it waits, though it is applied at once
      the commit of orders/0 past m17 by consumer-0 (first life) never reaches the broker: the connection is closed (FIN) first
      the commit of orders/0 past m17 by consumer-0 (first life) never reaches the broker: the connection is reset (RST) first
      the leadership of orders/0 moves to another broker right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      the coordinator of group g moves to another broker right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      what broker 1 leads moves to another broker right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      the leader of orders/0 goes down for 3 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      the coordinator of group g goes down for 3 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      broker 1 goes down for 350 ms right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      the cluster is made anew (new cluster id and topic ids, logs and committed offsets gone) right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      the link between consumer-0 (first life) and the brokers becomes slow (400 ms more each way, for 5 s) right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      consumer-0 (first life) is asked to stop (SIGTERM, killed after 10 s) and started again right after the answer to its commit of orders/0 past m17 came
      a second instance of consumer-0 starts right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      a second instance of consumer-0 starts right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came, 2 s later
      consumer-0 (first life) gets 7 bytes of the answer to its commit of orders/0 past m17, then the connection is reset (RST)
      consumer-0 (first life) is answered NOT_COORDINATOR to its commit of orders/0 past m17, though it was applied
      nothing gets through between consumer-0 (first life) and the brokers for 2 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      nothing that consumer-0 (first life) sends gets to the coordinator of group g for 2 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      nothing that broker 2 sends gets to consumer-0 (first life) for 2 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      broker 1 learns nothing new of the cluster for 2 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      metadata of every broker names no leaders for 2 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      metadata of broker 1 names no brokers for 2 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      the disk of the leader of orders/0 is full for 2 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      broker 1 goes down for 100 ms and comes back with an empty disk right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      broker 1 goes down for 100 ms and comes back with nothing on its disk but committed offsets right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      the controller is gone for 8 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      the machine of broker 2 goes down for 100 ms, without what was written on it in the last 5 s, right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      the leader of orders/0 and the other brokers cannot reach each other for 4 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      broker 2 cannot reach the other brokers for 4 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      broker 2 cannot be reached by the other brokers for 4 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      all brokers in sync on orders/0 go down for 100 ms, and one leads that lacks its last record, right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      all brokers in sync on orders/0 go down for 4 s, and one leads that lacks its last 3 records, right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      the coordinator of group g moves to another broker, which loads for 500 ms right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      the coordinator of transactional id t moves to another broker, which loads for 500 ms right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      markers of the coordinator of transactional id t take 500 ms for 5 s right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      topic orders is deleted and created again at once right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      topic orders is deleted and created again after 500 ms right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      all records of orders/0 are deleted right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      all but the last record of orders/0 are deleted right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      an operator stops the processes of group g, resets it to the earliest offsets of orders and starts them again right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      an operator stops the processes of group g, resets it to offset 3 of orders and starts them again right after the answer to the commit of orders/0 past m17 by consumer-0 (first life) came
      "
    `)
  })

  it('at the points of an effect', () => {
    const effect: Anchor = { ...anchor, call: { effect: 'apply' }, subject: { messages: ['m17'] } }
    const lines = points.flatMap((point) => [
      wordsOfFault({ at: { ...effect, point }, kind: 'crash' }),
      wordsOfFault({ at: { ...effect, point, call: { effect: 'get' }, attempt: 2 }, kind: 'cluster-reset' }),
    ])
    expect(table(lines)).toMatchInlineSnapshot(`
      "
      consumer-0 (first life) is killed before its effect for m17 was applied
      the cluster is made anew (new cluster id and topic ids, logs and committed offsets gone) before the second get for m17 by consumer-0 (first life) was handled
      consumer-0 (first life) is killed after its effect for m17 was applied and before it returned
      the cluster is made anew (new cluster id and topic ids, logs and committed offsets gone) after the second get for m17 by consumer-0 (first life) was handled and before it returned
      consumer-0 (first life) is killed right after its effect for m17 returned
      the cluster is made anew (new cluster id and topic ids, logs and committed offsets gone) right after the second get for m17 by consumer-0 (first life) returned
      "
    `)
  })
})

describe('a call', () => {
  const subjects: Readonly<Record<string, Subject>> = {
    'one message': { messages: ['m17'] },
    'three messages': { messages: ['m1', 'm2', 'm17'] },
    'many messages': { messages: Array.from({ length: 40 }, (_, n) => `m${n}`) },
    'messages without identity': { messages: ['', ''] },
    'some without identity': { messages: ['m1', ''] },
    'no message': { messages: [] },
    'a place': { after: ['orders/0:m17'] },
    'a beginning': { after: ['orders/0:'] },
    'a message with a colon': { after: ['orders/0:a:b/c'] },
    'several places': { after: ['orders/0:m1', 'orders/1:', 'orders/2:m3', 'orders/3:m4', 'orders/4:m5'] },
    'no place': { after: [] },
    'a generation': { group: 'g', generation: 2 },
    'no generation yet': { group: 'g', generation: 0 },
    nothing: { none: true },
  }
  const said = (call: Anchor['call'], attempt: number) =>
    table(
      Object.entries(subjects).map(
        ([name, subject]) => `${name}: its ${callOf({ ...anchor, call, subject, attempt })}`,
      ),
    )

  it('of each subject, as a commit', () =>
    expect(said({ api: 'OffsetCommit' }, 1)).toMatchInlineSnapshot(`
      "
      one message: its commit of m17
      three messages: its commit of m1, m2 and m17
      many messages: its commit of m0, m1, m2, m3, m4 and 35 more
      messages without identity: its commit of 2 records without identity
      some without identity: its commit of m1 and a record without identity
      no message: its commit of no message
      a place: its commit of orders/0 past m17
      a beginning: its commit of orders/0 at its beginning
      a message with a colon: its commit of orders/0 past a:b/c
      several places: its commit of orders/0 past m1, orders/1 at its beginning, orders/2 past m3 and 2 more
      no place: its commit of nothing
      a generation: its first commit in generation 2 of group g
      no generation yet: its first commit to group g (no generation yet)
      nothing: its first commit
      "
    `))
  it('of each subject, as the second fetch', () =>
    expect(said({ api: 'Fetch' }, 2)).toMatchInlineSnapshot(`
      "
      one message: its second fetch of m17
      three messages: its second fetch of m1, m2 and m17
      many messages: its second fetch of m0, m1, m2, m3, m4 and 35 more
      messages without identity: its second fetch of 2 records without identity
      some without identity: its second fetch of m1 and a record without identity
      no message: its second fetch of no message
      a place: its second fetch of orders/0 past m17
      a beginning: its second fetch of orders/0 from its beginning
      a message with a colon: its second fetch of orders/0 past a:b/c
      several places: its second fetch of orders/0 past m1, orders/1 from its beginning, orders/2 past m3 and 2 more
      no place: its second fetch of nothing
      a generation: its second fetch in generation 2 of group g
      no generation yet: its second fetch to group g (no generation yet)
      nothing: its second fetch
      "
    `))
  it('of each subject, as an API without an everyday name', () =>
    expect(said({ api: 'JoinGroup' }, 11)).toMatchInlineSnapshot(`
      "
      one message: its 11th JoinGroup request of m17
      three messages: its 11th JoinGroup request of m1, m2 and m17
      many messages: its 11th JoinGroup request of m0, m1, m2, m3, m4 and 35 more
      messages without identity: its 11th JoinGroup request of 2 records without identity
      some without identity: its 11th JoinGroup request of m1 and a record without identity
      no message: its 11th JoinGroup request of no message
      a place: its 11th JoinGroup request of orders/0 past m17
      a beginning: its 11th JoinGroup request of orders/0 at its beginning
      a message with a colon: its 11th JoinGroup request of orders/0 past a:b/c
      several places: its 11th JoinGroup request of orders/0 past m1, orders/1 at its beginning, orders/2 past m3 and 2 more
      no place: its 11th JoinGroup request of nothing
      a generation: its 11th JoinGroup request in generation 2 of group g
      no generation yet: its 11th JoinGroup request to group g (no generation yet)
      nothing: its 11th JoinGroup request
      "
    `))
  it('of each subject, as an effect', () =>
    expect(said({ effect: 'apply' }, 1)).toMatchInlineSnapshot(`
      "
      one message: its effect for m17
      three messages: its effect for m1, m2 and m17
      many messages: its effect for m0, m1, m2, m3, m4 and 35 more
      messages without identity: its effect for 2 records without identity
      some without identity: its effect for m1 and a record without identity
      no message: its first effect that is for no message
      a place: its effect
      a beginning: its effect
      a message with a colon: its effect
      several places: its effect
      no place: its effect
      a generation: its first effect
      no generation yet: its first effect
      nothing: its first effect
      "
    `))
  it('of each subject, as an upsert', () =>
    expect(said({ effect: 'upsert' }, 3)).toMatchInlineSnapshot(`
      "
      one message: its third upsert for m17
      three messages: its third upsert for m1, m2 and m17
      many messages: its third upsert for m0, m1, m2, m3, m4 and 35 more
      messages without identity: its third upsert for 2 records without identity
      some without identity: its third upsert for m1 and a record without identity
      no message: its third upsert that is for no message
      a place: its third upsert
      a beginning: its third upsert
      a message with a colon: its third upsert
      several places: its third upsert
      no place: its third upsert
      a generation: its third upsert
      no generation yet: its third upsert
      nothing: its third upsert
      "
    `))
})

it('a life', () => {
  const lives = [1, 2, 10, 11, 21, 112, 1003]
  expect(
    lives.map((incarnation) => wordsOfFault({ at: { ...anchor, incarnation }, kind: 'crash' }).split(' is')[0]),
  ).toEqual([
    'consumer-0 (first life)',
    'consumer-0 (second life)',
    'consumer-0 (tenth life)',
    'consumer-0 (11th life)',
    'consumer-0 (21st life)',
    'consumer-0 (112th life)',
    'consumer-0 (1,003rd life)',
  ])
})

it('a delay', () => {
  const effect: Anchor = { ...anchor, call: { effect: 'apply' }, subject: { messages: ['m17'] } }
  const delays: readonly Delay[] = [anchor, effect].flatMap((at) =>
    points.map((point) => ({ at: { ...at, point }, delayMs: 35 })),
  )
  expect(table(delays.map(wordsOfDelay))).toMatchInlineSnapshot(`
    "
    the commit of orders/0 past m17 by consumer-0 (first life) takes 35 ms longer to reach the broker
    the answer to the commit of orders/0 past m17 by consumer-0 (first life) takes 35 ms longer to come back
    consumer-0 (first life) goes on 35 ms later after its commit of orders/0 past m17
    the effect for m17 by consumer-0 (first life) takes 35 ms longer to be applied
    the effect for m17 by consumer-0 (first life) takes 35 ms longer to come back
    consumer-0 (first life) goes on 35 ms later after its effect for m17
    "
  `)
})

describe('a plan', () => {
  const said = (one: Plan) =>
    table([...wordsOfPlan(one).map(({ label, text }) => `${label}: ${text}`), sizeOfPlan(one)])

  it('with one fault', () =>
    expect(said(plan)).toMatchInlineSnapshot(`
    "
    cluster: 1 broker as Kafka 3.9; orders with 1 partition; 1 ms one way
    consumer-0: ackward:apps/commit-before {"topic":"orders"}, restarted 500 ms after it ends, 5 times at most
    messages: m17 to orders/0
    fault: consumer-0 (first life) is killed after its commit of orders/0 past m17 was applied and before the answer came
    1 fault and 1 message
    "
  `))

  it('with many of everything', () => {
    const [consumer] = plan.processes
    const many: Plan = {
      ...plan,
      topology: {
        ...plan.topology,
        brokers: 3,
        chunks: 'cut',
        topics: [...plan.topology.topics, { name: 'payments', partitions: 3 }],
      },
      processes: [
        { ...consumer!, name: 'a' },
        { ...consumer!, name: 'b' },
        { ...consumer!, config: null, supervisor: { restartAfterMs: 500, maxRestarts: 0 } },
        {
          ...consumer!,
          name: 'producer-0',
          config: {},
          startAtMs: 2000,
          supervisor: { restartAfterMs: 0, maxRestarts: 1 },
        },
      ],
      workload: [
        ...Array.from({ length: 20 }, (_, n) => ({ ...plan.workload[0]!, id: `m${n}`, to: { topic: 'orders' } })),
        { ...plan.workload[0]!, id: 'p1', to: { topic: 'payments', partition: 2 } },
        { ...plan.workload[0]!, id: 'p2', to: { process: 'producer-0' } },
      ],
      faults: [...plan.faults, { at: { ...anchor, incarnation: 2 }, kind: 'pause', ms: 90_500 }],
      delays: [{ at: anchor, delayMs: 35 }],
    }
    expect(said(many)).toMatchInlineSnapshot(`
      "
      cluster: 3 brokers as Kafka 3.9; orders with 1 partition and payments with 3 partitions; 1 ms one way, bytes cut into chunks
      2 processes: a and b: each ackward:apps/commit-before {"topic":"orders"}, restarted 500 ms after it ends, 5 times at most
      consumer-0: ackward:apps/commit-before, not restarted
      producer-0: ackward:apps/commit-before, started at 2 s, restarted 0 ms after it ends, once at most
      messages: m0, m1, m2, m3, m4, m5, m6 and 13 more to orders; p1 to payments/2; p2 to producer-0
      fault 1: consumer-0 (first life) is killed after its commit of orders/0 past m17 was applied and before the answer came
      fault 2: consumer-0 (second life) is paused for 90.5 s after its commit of orders/0 past m17 was applied and before the answer came
      delay: the answer to the commit of orders/0 past m17 by consumer-0 (first life) takes 35 ms longer to come back
      2 faults, 22 messages and 1 delay
      "
    `)
  })

  it('with several copies, in racks, that hear of things late', () => {
    const topology = {
      ...plan.topology,
      ...({ brokers: 3, replication: 3, minInSync: 2, metadataDelayMs: 500, uncleanElection: true } as const),
      ...({ racks: ['a', 'b', 'c'], replicaSelector: 'rack-aware' } as const),
    }
    expect(said({ ...plan, topology }).split('\n')[1]).toMatchInlineSnapshot(
      `"cluster: 3 brokers in racks a, b and c as Kafka 3.9; orders with 1 partition, 3 copies of each (min.insync.replicas 2); 1 ms one way; unclean leader election; brokers hear of changes 500 ms late; readers are sent to a copy in their rack"`,
    )
  })

  it('with nothing in it', () => {
    const empty: Plan = { ...plan, processes: [], workload: [], faults: [], topology: { ...plan.topology, topics: [] } }
    expect(said(empty)).toMatchInlineSnapshot(`
      "
      cluster: 1 broker as Kafka 3.9; no topics; 1 ms one way
      messages: none
      faults: none
      0 faults and 0 messages
      "
    `)
  })
})

it('small change', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd', 'e']].map((items) => listed(items, 4))).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
    'a, b, c and 2 more',
  ])
  expect([counted(0, 'run'), counted(1, 'process'), counted(2, 'process')]).toEqual([
    '0 runs',
    '1 process',
    '2 processes',
  ])
  expect([0, 999, 1000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567'])
  expect([1, 3, 13, 22].map(ordinal)).toEqual(['first', 'third', '13th', '22nd'])
  expect([0, 0.4, 350, 1000, 1234, 9999, 31_000, 45_678, 119_999, 120_000, 125_000].map(duration)).toEqual([
    '0 ms',
    '0 ms',
    '350 ms',
    '1 s',
    '1.23 s',
    '10 s',
    '31 s',
    '45.7 s',
    '120 s',
    '2 min',
    '2 min 5 s',
  ])
  expect(clean('a\tb\nc\u001b[31md\u202e\u0000')).toBe('a b c?[31md??')
})
