/** Must show 4 in small: one consumer, one record; `bench/kills.ts` does it on the scenarios' own plans. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Plan } from '../plan/plan.ts'
import { harden, setTripwires } from '../sim/virtual/index.ts'
import { everyKill } from './every-kill.ts'
import { planOf, stageOfFixtures } from './testing/fixture.ts'

const undos: (() => void)[] = []
beforeAll(() => {
  undos.push(harden(), setTripwires())
})
afterAll(() => {
  for (const undo of undos.toReversed()) undo()
})

const supervisor = { restartAfterMs: 200, maxRestarts: 2 }

const consumer: Plan = {
  ...planOf('', {
    processes: [
      {
        name: 'p',
        entry: 'ackward:apps/commit-after',
        config: { topic: 'orders', group: 'g', sessionTimeoutMs: 1_500 },
        supervisor,
      },
    ],
    workload: [{ id: 'm1', to: { topic: 'orders' }, key: null, value: { id: 'm1' }, atMs: 0 }],
  }),
  scenario: 'commit-after',
}

it.each<[string, Plan, number]>([
  // start, one, two, three: four calls of effects, three points each.
  ['calls of effects', planOf('deeds.ts', { config: { do: 'work' } }), 12],
  // At least: find the coordinator, join, sync, fetch, an effect, a commit.
  ['a consumer', consumer, 3 * 6],
])('%s: nothing leaves a killed process', async (_, plan, least) => {
  const stage = stageOfFixtures()
  await stage.prepare(plan)
  const { kills, calls, unreached, unknown, violations } = await everyKill(plan, { stage })
  expect(violations).toEqual([])
  expect(kills).toBe(3 * calls - unreached)
  expect(kills).toBeGreaterThanOrEqual(least)
  // Each kill but those at a point where nothing is under way leaves something open.
  expect(unknown).toBeGreaterThan(0)
})
