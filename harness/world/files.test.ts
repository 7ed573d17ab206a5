/** A file of the workload: three lines, at 0, 0 and 500 ms. */
import { expect, it } from 'vitest'
import { atEffect, planOf, runOf, told } from './testing/fixture.ts'

const line = (id: string, atMs: number) => ({ id, to: { file: 'orders.jsonl' }, key: null, value: null, atMs })
const workload = [line('m1', 0), line('m2', 0), line('m3', 500)]

it('is read from any line, also those that come later, and ends', async () => {
  const whole = await runOf(planOf('reads', { workload }))
  const part = await runOf(planOf('reads', { workload, config: { from: 2 } }))
  expect(told(whole)).toEqual(['m1', 'm2', 'm3', 'end'])
  expect(told(part)).toEqual(['m3', 'end'])
  expect(whole.ended).toEqual({ by: 'rest' })
})

it('is there again for the next life of the process', async () => {
  const crash = { at: atEffect('m2', 'applied'), kind: 'crash' as const }
  expect(told(await runOf(planOf('reads', { workload, faults: [crash] })))).toEqual([
    'm1',
    'm2',
    'm1',
    'm2',
    'm3',
    'end',
  ])
})

it('keeps a run from resting while nobody has read it', async () => {
  const run = await runOf(planOf('deeds', { workload }))
  expect(run.history.flatMap(({ body }) => (body.what === 'phase' && body.note ? [body.note] : []))).toEqual([
    'not at rest',
    'not at rest',
  ])
})
