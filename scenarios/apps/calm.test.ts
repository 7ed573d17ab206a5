/**
 * The reference applications in the simulation, when nothing goes wrong: which calls each makes for two orders, in which order. What becomes of
 * them under faults is for the scenarios.
 */
import { expect, it } from 'vitest'
import type { Op } from '../../harness/history/op.ts'
import type { Json, Plan, WorkItem } from '../../harness/plan/plan.ts'
import { run } from '../../harness/run.ts'
import { createStage } from '../../harness/world/stage.ts'

const stage = createStage({ root: process.cwd(), apps: new URL('./', import.meta.url) })

interface Told {
  readonly config?: Json
  readonly to: WorkItem['to']
  readonly atMs?: number
  readonly imitate?: Plan['topology']['imitate']
}

async function storyOf(app: string, { config = {}, to, atMs = 0, imitate = '3.9' }: Told): Promise<string> {
  const plan: Plan = {
    format: 1,
    scenario: 'calm',
    promise: 'none',
    seed: app,
    topology: {
      brokers: 1,
      replication: 1,
      imitate,
      topics: [
        { name: 'orders', partitions: 1 },
        { name: 'invoices', partitions: 1 },
      ],
      latencyMs: 1,
      chunks: 'whole',
      transactions: true,
    },
    processes: [
      {
        name: 'app',
        entry: `ackward:apps/${app}`,
        config: { topic: 'orders', group: 'billing', sessionTimeoutMs: 1_500, ...(config as object) },
        supervisor: { restartAfterMs: 200, maxRestarts: 0 },
      },
    ],
    workload: ['m1', 'm2'].map((id) => ({ id, to, key: id, value: { id }, atMs })),
    faults: [],
    delays: [],
    limits: { events: 100_000, virtualMs: 600_000 },
  }
  await stage.prepare(plan)
  const { history, ended, refused } = await run(plan, { stage })
  expect({ ended, refused }).toEqual({ ended: { by: 'rest' }, refused: [] })
  expect(history.flatMap(({ body }) => (body.what === 'phase' && body.note ? [body.note] : []))).toEqual(['at rest'])
  return history.flatMap(lineOf).join(', ')
}

function lineOf({ body, phase, of }: Op): string[] {
  switch (body.what) {
    case 'effect':
      return phase === 'invoke' ? [body.verb === 'transaction' ? `{${body.key}}` : `${body.verb} ${body.key}`] : []
    case 'send':
      return phase === 'invoke' ? [`send ${body.records.map(({ message }) => message).join()} acks ${body.acks}`] : []
    case 'commit':
      // Asked for by the application, or made by kafkajs.
      if (phase === 'invoke') return [`commit ${body.offsets.map(({ offset }) => offset).join()}`]
      return of === undefined ? [`(commit ${body.offsets.map(({ offset }) => offset).join()})`] : []
    case 'begin-transaction':
      return phase === 'ok' ? ['begin'] : []
    case 'send-offsets':
      return phase === 'invoke' ? [`offsets ${body.offsets.map(({ offset }) => offset).join()}`] : []
    case 'commit-transaction':
    case 'abort-transaction':
      return phase === 'ok' ? ['end'] : []
    default:
      return []
  }
}

const topic = { to: { topic: 'orders' } }
const told = { to: { process: 'app' } }
const file = { to: { file: 'orders.jsonl' }, config: { file: 'orders.jsonl' } }

it.each<[string, Told, string]>([
  ['commit-before', topic, 'commit 1, apply m1, commit 2, apply m2'],
  ['commit-after', topic, 'apply m1, commit 1, apply m2, commit 2'],
  ['auto-commit', topic, 'get price of m1, apply m1, get price of m2, apply m2, (commit 2)'],
  ['auto-commit-unawaited', topic, 'get price of m1, get price of m2, apply m1, apply m2, (commit 2)'],
  ['from-the-end', { ...topic, atMs: 1_000 }, 'apply m1, commit 1, apply m2, commit 2'],
  ['fresh-group', { ...topic, config: { fromBeginning: true } }, 'apply m1, commit 1, apply m2, commit 2'],
  [
    'policy-none',
    topic,
    'get orders/0 was committed, apply m1, commit 1, upsert orders/0 was committed, apply m2, commit 2',
  ],
  ['stored-position', topic, 'get orders/0, get orders/0, {m1,orders/0}, get orders/0, {m2,orders/0}'],
  [
    'stored-position-apart',
    topic,
    'get orders/0, get orders/0, apply m1, upsert orders/0, get orders/0, apply m2, upsert orders/0',
  ],
  ['stored-position-unread', topic, 'get orders/0, {m1,orders/0}, {m2,orders/0}'],
  [
    'checked-position',
    topic,
    'get orders/0, get orders/0, {orders/0}, get orders/0, {m1,orders/0}, get orders/0, {m2,orders/0}',
  ],
  ['relay', { ...topic, config: { output: 'invoices' } }, 'send m1 acks -1, commit 1, send m2 acks -1, commit 2'],
  // To claim its partition it begins a transaction and ends it again.
  [
    'relay-transactional',
    { ...topic, config: { output: 'invoices' } },
    'begin, end, begin, send m1 acks -1, offsets 1, end, begin, send m2 acks -1, offsets 2, end',
  ],
  [
    'relay-transactional',
    { ...topic, config: { output: 'invoices' }, imitate: '2.8' },
    'begin, end, begin, send m1 acks -1, offsets 1, end, begin, send m2 acks -1, offsets 2, end',
  ],
  [
    'relay-instance-id',
    { ...topic, config: { output: 'invoices' } },
    'begin, send m1 acks -1, offsets 1, end, begin, send m2 acks -1, offsets 2, end',
  ],
  [
    'relay-random-id',
    { ...topic, config: { output: 'invoices' } },
    'begin, send m1 acks -1, offsets 1, end, begin, send m2 acks -1, offsets 2, end',
  ],
  [
    'relay-side-effect',
    { ...topic, config: { output: 'invoices' } },
    'begin, end, begin, send m1 acks -1, apply m1, offsets 1, end, begin, send m2 acks -1, apply m2, offsets 2, end',
  ],
  ['fire-and-forget-producer', told, 'send m1 acks 0, send m2 acks 0'],
  ['retrying-producer', told, 'send m1 acks -1, send m2 acks -1'],
  ['acks-one-producer', told, 'send m1 acks 1, send m2 acks 1'],
  ['new-topic-producer', told, 'send m1 acks -1, send m2 acks -1'],
  ['idempotent-producer', told, 'send m1 acks -1, send m2 acks -1'],
  ['resending-producer', told, 'send m1 acks -1, send m2 acks -1'],
  ['import-from-start', file, 'send m1 acks -1, send m2 acks -1'],
  [
    'import-position-before',
    file,
    'get position in orders.jsonl, get position in orders.jsonl, {position in orders.jsonl}, send m1 acks -1, get position in orders.jsonl, {position in orders.jsonl}, send m2 acks -1',
  ],
  [
    'import-position-after',
    file,
    'get position of importer 0 in orders.jsonl, send m1 acks -1, upsert position of importer 0 in orders.jsonl, send m2 acks -1, upsert position of importer 0 in orders.jsonl',
  ],
])('%s', async (app, how, story) => {
  expect(await storyOf(app, how)).toBe(story)
})

it('from-the-end skips what is there before its group has a position', async () => {
  expect(await storyOf('from-the-end', topic)).toBe('')
})
