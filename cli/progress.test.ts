import { expect, it } from 'vitest'
import { progressOn, progressWords } from './progress.ts'
import { FakeIo } from './testing/fakes.ts'

it('draws a bar where it can, ten times a second at most, and takes it away', () => {
  const io = new FakeIo()
  io.barColumns = 100
  const view = progressOn(io)
  for (let n = 0; n <= 30; n++) {
    view.show(n / 100, `step ${n}`)
    io.clockMs += 10
  }
  view.clear()
  view.clear()
  expect(io.written.err.split('\r')).toMatchInlineSnapshot(`
    [
      "",
      "[K░░░░░░░░░░░░░░░░░░░░   0 %  step 0",
      "[K██░░░░░░░░░░░░░░░░░░  10 %  step 10",
      "[K████░░░░░░░░░░░░░░░░  20 %  step 20",
      "[K██████░░░░░░░░░░░░░░  30 %  step 30",
      "[K",
    ]
  `)
})

it('writes a plain line every ten seconds where it cannot', () => {
  const io = new FakeIo()
  const view = progressOn(io)
  for (let n = 0; n < 300; n++) {
    view.show(n / 200, `step ${n}`)
    io.clockMs += 100
  }
  view.clear()
  expect(io.written.err).toMatchInlineSnapshot(`
    "ackward:  50 %  step 100
    ackward: 100 %  step 200
    "
  `)
})

it('never draws a line longer than the terminal', () => {
  const io = new FakeIo()
  io.barColumns = 60
  progressOn(io).show(0.5, 'x'.repeat(200))
  expect(io.written.err.replace('\r\u001b[K', '').length).toBeLessThan(60)
})

it('tells what is being done', () => {
  const progress = {
    scenario: 'commit-before',
    promise: 'at-least-once',
    doing: 'searching',
    runs: 1412,
    ofRuns: 2000,
    findings: 0,
    seconds: 12.4,
  } as const
  expect([
    progressWords(progress),
    progressWords(progress, false),
    progressWords({ ...progress, doing: 'shrinking' }),
  ]).toEqual([
    'commit-before asked for at-least-once: 1,412 of 2,000 runs, 12 s',
    'commit-before asked for at-least-once: 1,412 runs, 12 s',
    'commit-before asked for at-least-once: found in 1,412 runs, shrinking, 12 s',
  ])
})
