/**
 * kafkajs' transactions against the model: an application that consumes, transforms and produces, and one that reads what it committed.
 * Two orders, two invoices each, one in each of two partitions.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Op } from '../history/op.ts'
import type { Fault, Plan } from '../plan/plan.ts'
import { harden, setTripwires } from '../sim/virtual/index.ts'
import { planOf, runOf, told } from './testing/fixture.ts'

const undos: (() => void)[] = []
beforeAll(() => {
  undos.push(harden(), setTripwires())
})
afterAll(() => {
  for (const undo of undos.toReversed()) undo()
})

function planFor({ abort, faults = [] }: { abort?: string; faults?: readonly Fault[] } = {}): Plan {
  const supervisor = { restartAfterMs: 100, maxRestarts: 3 }
  const plan = planOf('transform.ts', {
    processes: [
      {
        name: 'transform',
        entry: 'transform.ts',
        config: abort === undefined ? { do: 'transform' } : { do: 'transform', abort },
        supervisor,
      },
      { name: 'read', entry: 'transform.ts', config: { do: 'read' }, supervisor },
    ],
    workload: ['o1', 'o2'].map((id, i) => ({
      id,
      to: { topic: 'orders' },
      key: id,
      value: { id },
      atMs: 2_000 + 500 * i,
    })),
    faults,
    limits: { events: 400_000, virtualMs: 600_000 },
  })
  const topics = [
    { name: 'orders', partitions: 1 },
    { name: 'invoices', partitions: 2 },
  ]
  return { ...plan, topology: { ...plan.topology, transactions: true, brokers: 2, topics } }
}

const events = (history: readonly Op[], what: string) =>
  history.map(({ body }) => body).filter((body) => body.what === what)

describe('a transactional application of kafkajs', () => {
  it('commits each order with its invoices and its offset', async () => {
    const made = await runOf(planFor())
    expect(made.ended).toEqual({ by: 'rest' })
    expect(told(made).sort()).toEqual(['o1-0', 'o1-1', 'o2-0', 'o2-1'])
    // Two transactions, each in two partitions of invoices and one of __consumer_offsets.
    expect(events(made.history, 'marker')).toHaveLength(6)
    const states = events(made.history, 'transaction').map((body) => ('state' in body ? body.state : ''))
    expect(states.filter((state) => state.startsWith('Complete'))).toEqual(['CompleteCommit', 'CompleteCommit'])
    const committed = events(made.history, 'committed').filter((body) => 'group' in body && body.group === 'transform')
    expect(committed.map((body) => 'offset' in body && body.offset)).toEqual(['1', '2'])
    expect((await runOf(planFor())).traceHash).toBe(made.traceHash)
  })

  it('hands out nothing of what it aborted', async () => {
    const made = await runOf(planFor({ abort: 'o1' }))
    expect(made.ended).toEqual({ by: 'rest' })
    expect(told(made).sort()).toEqual(['o1-0', 'o1-1', 'o2-0', 'o2-1'])
    const markers = events(made.history, 'marker').map((body) => ('is' in body ? body.is : ''))
    expect(markers).toEqual([...Array(3).fill('abort'), ...Array(6).fill('commit')])
  })

  it('killed between its records and their commit: its next life aborts them, and writes them again', async () => {
    const at = {
      process: 'transform',
      incarnation: 1,
      call: { api: 'EndTxn' },
      subject: { transactionalId: 'transform' },
      attempt: 1,
      point: 'before',
    } as const
    const made = await runOf(planFor({ faults: [{ at, kind: 'crash' }] }))
    expect(made.ended).toEqual({ by: 'rest' })
    expect(told(made).sort()).toEqual(['o1-0', 'o1-1', 'o2-0', 'o2-1'])
    const aborted = events(made.history, 'marker').filter((body) => 'is' in body && body.is === 'abort')
    expect(aborted).toHaveLength(3)
  })

  const end = {
    process: 'transform',
    incarnation: 1,
    call: { api: 'EndTxn' },
    subject: { transactionalId: 'transform' },
    attempt: 1,
    point: 'before',
  } as const
  const of = { transactionCoordinatorOf: 'transform' } as const
  it.each<[string, Fault, RegExp]>([
    ['slow-markers', { at: end, kind: 'slow-markers', of, delayMs: 1_500, ms: 5_000 }, /CONCURRENT_TRANSACTIONS/],
    [
      'coordinator-load',
      { at: end, kind: 'coordinator-load', of, ms: 2_000 },
      /NOT_COORDINATOR|COORDINATOR_LOAD_IN_PROGRESS/,
    ],
    ['leader-move', { at: end, kind: 'leader-move', of }, /NOT_COORDINATOR/],
    ['disk-full', { at: end, kind: 'disk-full', broker: of, ms: 1_000 }, /NOT_COORDINATOR|KAFKA_STORAGE_ERROR/],
  ])('%s strikes, and what was committed is there once', async (kind, fault, refused) => {
    const made = await runOf(planFor({ faults: [fault] }))
    expect(made.ended).toEqual({ by: 'rest' })
    const states = events(made.history, 'fault').map((body) => ('is' in body ? body.is : ''))
    expect([kind, states]).toEqual([kind, ['struck']])
    const errors = events(made.history, 'refused').map((body) => ('error' in body ? String(body.error) : ''))
    expect(errors.join()).toMatch(refused)
    expect(told(made).sort()).toEqual(['o1-0', 'o1-1', 'o2-0', 'o2-1'])
  })
})
