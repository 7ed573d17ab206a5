/** kafkajs in a rack: where it reads, and what it does when the replica that it was sent to goes down. One order, then another. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Fault, Plan } from '../plan/plan.ts'
import { harden, setTripwires } from '../sim/virtual/index.ts'
import { atEffect, planOf, runOf, told } from './testing/fixture.ts'

const undos: (() => void)[] = []
beforeAll(() => {
  undos.push(harden(), setTripwires())
})
afterAll(() => {
  for (const undo of undos.toReversed()) undo()
})

const leader = 2
const racks = ['a', 'b', 'c']

function planFor(rackId: string, faults: readonly Fault[] = []): Plan {
  const config = { topic: 'orders', group: 'billing', sessionTimeoutMs: 3_000, rackId }
  const workload = ['m1', 'm2'].map((id, i) => ({
    id,
    to: { topic: 'orders' },
    key: null,
    value: { id },
    atMs: 5_000 + 3_000 * i,
  }))
  const plan = planOf('ackward:apps/commit-after', { config, workload, faults })
  return {
    ...plan,
    topology: { ...plan.topology, brokers: 3, replication: 3, racks, replicaSelector: 'rack-aware' },
  }
}

/** When the handler of each order began. */
async function begins(plan: Plan): Promise<readonly number[]> {
  const made = await runOf(plan)
  expect([made.ended, told(made).map((each) => each.split('=')[0])]).toEqual([{ by: 'rest' }, ['m1', 'm2']])
  const leaders = made.history.flatMap(({ body }) =>
    body.what === 'leader' && body.topic === 'orders' ? [body.leader] : [],
  )
  expect(leaders).toEqual([leader])
  return made.history.flatMap(({ body, phase, nowMs }) =>
    body.what === 'handler' && phase === 'invoke' ? [nowMs] : [],
  )
}

it.each([
  ['its own rack has the leader', 'b'],
  ['it does not say where it is', ''],
  ['its rack has no copy', 'z'],
])('reads from the leader where %s', async (_, rackId) => {
  expect(await begins(planFor(rackId))).toEqual([5_003, 8_003])
})

it('reads from the follower in its rack: when that hears of the high watermark', async () => {
  const [first, second] = await begins(planFor('a'))
  expect(first! > 5_400 && first! < 5_510 && second! > 8_400 && second! < 8_510).toBe(true)
})

// consumerGroup.js:722 looks whether the leader is offline, where it means the replica; and the broker's fetcher is gone with its connection.
it('reads nothing, from nobody, once that follower was down for a moment, until a restart', async () => {
  const restart = { at: atEffect('m1', 'answered'), kind: 'broker-restart', downMs: 10 } as const
  const [, away] = await begins(planFor('a', [{ ...restart, broker: { broker: 1 } }]))
  expect(away).toBeGreaterThan(200_000)
  const [, other] = await begins(planFor('a', [{ ...restart, broker: { broker: 3 } }]))
  expect(other).toBeLessThan(9_000)
})
