/** A hand-made finding, for the tests of formatters: commit-before loses m17. */
import type { Body, Op, Phase } from '../../harness/history/op.ts'
import type { Anchor, Plan } from '../../harness/plan/plan.ts'
import type { Finding, Report } from '../report.ts'
import { type Look, plain } from '../terminal/paint.ts'

export const look: Look = { paint: plain, columns: 100, replayLine: (what) => `npx ackward replay ${what}` }

export const anchor: Anchor = {
  process: 'consumer-0',
  incarnation: 1,
  call: { api: 'OffsetCommit' },
  subject: { after: ['orders/0:m17'] },
  attempt: 1,
  point: 'applied',
}

export const plan: Plan = {
  format: 1,
  scenario: 'commit-before',
  promise: 'at-least-once',
  seed: 'ackward/3',
  topology: {
    brokers: 1,
    replication: 1,
    imitate: '3.9',
    topics: [{ name: 'orders', partitions: 1 }],
    latencyMs: 1,
    chunks: 'whole',
  },
  processes: [
    {
      name: 'consumer-0',
      entry: 'ackward:apps/commit-before',
      config: { topic: 'orders' },
      supervisor: { restartAfterMs: 500, maxRestarts: 5 },
    },
  ],
  workload: [{ id: 'm17', to: { topic: 'orders', partition: 0 }, key: null, value: 17, atMs: 0 }],
  faults: [{ at: anchor, kind: 'crash' }],
  delays: [],
  limits: { events: 100_000, virtualMs: 600_000 },
}

/** One op per entry, its index being its place. */
export function story(
  ...entries: readonly (readonly [nowMs: number, who: string, at: Op['at'], phase: Phase, body: Body, of?: number])[]
): Op[] {
  return entries.map(([nowMs, who, at, phase, body, of], index) => {
    const [process = '', life = '1'] = who.split('#')
    const incarnation = process === '' ? 0 : Number(life)
    return { index, nowMs, process, incarnation, cause: index, at, phase, body, ...(of === undefined ? {} : { of }) }
  })
}

const m17 = { topic: 'orders', partition: 0, offset: '0', message: 'm17' }
const at1 = { topic: 'orders', partition: 0, offset: '1' }
const commit: Body = { what: 'commit', consumer: 1, group: 'g', offsets: [at1] }
const assigned = (generation: number): Body => {
  return {
    what: 'assigned',
    consumer: 1,
    group: 'g',
    generation,
    member: 'm',
    partitions: [{ topic: 'orders', partition: 0 }],
  }
}

export const lost = story(
  [0, 'consumer-0', 'harness', 'ok', { what: 'process', is: 'started' }],
  [0, '', 'harness', 'ok', { what: 'phase', phase: 'safety' }],
  [0, '', 'harness', 'ok', { what: 'written', ...m17 }],
  [12, 'consumer-0', 'client', 'invoke', { what: 'run', client: 'consumer' }],
  [40, 'consumer-0', 'client', 'ok', { what: 'run', client: 'consumer' }, 3],
  [1040, 'consumer-0', 'client', 'ok', assigned(1)],
  [1044, '', 'cluster', 'ok', { what: 'fetched', ...m17, topicId: 'T', from: '0', records: [m17] }],
  [1046, 'consumer-0', 'application', 'invoke', { what: 'handler', group: 'g', records: [m17] }],
  [1046, 'consumer-0', 'client', 'invoke', commit],
  [1048, '', 'cluster', 'ok', { what: 'committed', group: 'g', generation: 1, member: 'm', ...at1 }],
  [
    1048,
    '',
    'harness',
    'ok',
    { what: 'fault', fault: 0, kind: 'crash', is: 'struck', detail: 'consumer-0 was killed' },
  ],
  [1048, 'consumer-0', 'harness', 'ok', { what: 'process', is: 'killed', why: 'by a fault' }],
  [1048, 'consumer-0', 'client', 'unknown', commit, 8],
  [1048, 'consumer-0', 'application', 'unknown', { what: 'handler', group: 'g', records: [m17] }, 7],
  [1548, 'consumer-0#2', 'harness', 'ok', { what: 'process', is: 'started' }],
  [2600, 'consumer-0#2', 'client', 'ok', assigned(2)],
  [9000, '', 'harness', 'ok', { what: 'phase', phase: 'heal' }],
  [9900, '', 'harness', 'ok', { what: 'phase', phase: 'rest' }],
)

export const finding: Finding = {
  property: 'effects-at-least-once',
  party: 'application',
  cause: 'effects-at-least-once/lost',
  says: 'every input has its effect at least once',
  token: 'v1:commit-before:at-least-once:ackward:36',
  plan,
  file: '.ackward/plans/commit-before-loses-0a1b2c3d.json',
  runs: 37,
  seconds: 1.234,
  control: 'holds',
  shrunkIn: { runs: 48, seconds: 2.1 },
  evidence: [
    {
      says: 'm17 (orders/0 at 0) has no effect, and group g has committed 1: nobody will read it again',
      messages: ['m17'],
      ops: [2, 9],
    },
  ],
  breaches: [
    {
      party: 'application',
      property: 'effects-at-least-once',
      clause: 'lost',
      says: 'every input has its effect at least once',
    },
  ],
  story: lost,
}

export const violated: Report = {
  scenario: 'commit-before',
  promise: 'at-least-once',
  seed: 'ackward',
  runs: 37,
  struck: { pause: 3, crash: 12 },
  struckRuns: { pause: 3, crash: 9 },
  missed: { 'leader-move': 2 },
  verdict: 'violated',
  hash: 'ab'.repeat(32),
  findings: [finding],
  beside: [],
  unknown: [],
  allowed: [],
  guarantee: {
    ...{ guarantee: 'at-most-once', ofItself: 'at-most-once', runs: 37, struck: 15, telling: 11 },
    anomalies: [{ harm: 'lost', party: 'application', runs: 1 }],
  },
  seconds: 3.4,
}

export const held: Report = {
  ...violated,
  promise: 'at-most-once',
  runs: 1204,
  missed: {},
  verdict: 'held',
  findings: [],
  beside: [
    {
      property: 'one-owner',
      party: 'client',
      cause: 'one-owner/one-owner',
      says: 'a partition has one owner at a time',
      token: 'v1:commit-before:at-most-once:ackward:411',
      runs: 3,
      evidence: 'consumer-0 handled m3 after it had learnt that orders/1 was taken away',
      breaches: [],
    },
  ],
  guarantee: {
    guarantee: 'exactly-once',
    ofItself: 'exactly-once',
    runs: 1204,
    struck: 15,
    telling: 11,
    anomalies: [],
  },
  allowed: [{ property: 'acknowledged-writes-survive', by: 'a cluster reset takes all records with it', runs: 41 }],
  seconds: 12.3,
}

export const unknown: Report = {
  ...held,
  verdict: 'unknown',
  unknown: [
    {
      why: 'the limit of 100000 events was reached. This usually means a retry without a delay.',
      runs: 2,
      token: 'v1:commit-before:at-most-once:ackward:7',
    },
  ],
}
