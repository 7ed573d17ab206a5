import { describe, expect, it } from 'vitest'
import { finding, held, violated } from '../reports/testing/sample.ts'
import type { SearchOptions } from '../scenarios/search/types.ts'
import { ackward, FakeIo, FakeServices } from './testing/fakes.ts'

/** A search that takes its whole budget, or 3 s when it finds what it is expected to. */
function searching(io: FakeIo, services: FakeServices): void {
  services.search = async (options: SearchOptions) => {
    const isFound = options.promise === 'at-least-once'
    io.clockMs += isFound ? 3_000 : (options.budgetSeconds ?? 1) * 1000
    options.onProgress?.({
      scenario: options.scenario,
      promise: options.promise!,
      doing: 'searching',
      runs: 5,
      ofRuns: options.runs,
      findings: 0,
      seconds: 1,
    })
    const { seed } = options
    return isFound ? { ...violated, seed, findings: [{ ...finding, file: '' }] } : { ...held, seed }
  }
}

describe('the budget', () => {
  it('is shared: what breaks comes first, and what it leaves is for what must hold', async () => {
    const io = new FakeIo()
    const services = new FakeServices()
    searching(io, services)
    const { code, out, err } = await ackward('matrix', io, services)
    expect(code).toBe(0)
    expect(services.searches.map(({ promise, budgetSeconds, seed }) => [promise, budgetSeconds, seed])).toEqual([
      ['at-least-once', 37.5, 'ackward'],
      ['at-most-once', 72, 'ackward'],
    ])
    expect(io.clockMs).toBe(75_000)
    // Told in the order of the repository, whatever was searched first.
    expect(out.indexOf('asked for at-most-once')).toBeLessThan(out.indexOf('asked for at-least-once'))
    expect(out).toMatch(/\nAll 2 came out as expected\.\n$/)
    expect(err).toContain('100 %  2 of 2: commit-before asked for at-most-once: 5 runs, 1 s')
  })

  it('leaves every row a moment when it is spent', async () => {
    const io = new FakeIo()
    const services = new FakeServices()
    searching(io, services)
    await ackward('matrix --seconds 2', io, services)
    // What is to break is searched for on; what must hold makes the few runs that fit.
    expect(services.searches.map(({ budgetSeconds, runs }) => [budgetSeconds, runs])).toEqual([
      [1, 1_000_000],
      [0.5, 50],
    ])
  })

  it('is a number of runs with --runs, so that the machine does not matter', async () => {
    const io = new FakeIo()
    const services = new FakeServices()
    searching(io, services)
    await ackward('matrix --runs 200 --seed x', io, services)
    for (const one of services.searches) {
      expect(one).toMatchObject({ runs: 200, seed: 'x' })
      expect(one).not.toHaveProperty('budgetSeconds')
    }
  })
})

describe('exit code', () => {
  const row = { scenario: 'commit-before', promise: 'at-least-once', why: 'so it is' } as const
  it.each([
    ['0 when what was expected to break did', ['effects-at-least-once/application'], violated, 0],
    ['1 when what must hold did not', [], violated, 1],
    ['1 when something else broke', ['offsets/cluster'], violated, 1],
    ['2 when what was expected to break held', ['offsets/cluster'], held, 2],
    ['2 when no run was made', [], { ...held, runs: 0, verdict: 'unknown' as const }, 2],
    ['70 when it was our own fault', [], { ...held, ownFault: 'an offset was given twice' }, 70],
  ])('%s', async (_, expected, report, code) => {
    const services = new FakeServices()
    services.matrixRows = [{ ...row, expected, known: [] }]
    services.search = async () => report
    expect((await ackward('matrix', new FakeIo(), services)).code).toBe(code)
  })
})

it('prints one document with --json', async () => {
  const io = new FakeIo()
  const services = new FakeServices()
  searching(io, services)
  const { out } = await ackward('matrix --json', io, services)
  expect(JSON.parse(out)).toMatchObject({
    verdict: 'held',
    rows: [
      { promise: 'at-most-once', asExpected: true, expected: [] },
      { promise: 'at-least-once', asExpected: true, expected: ['effects-at-least-once/application'] },
    ],
    seconds: 75,
  })
})

it('ends at once on Ctrl-C and tells what was not searched', async () => {
  const io = new FakeIo()
  const services = new FakeServices()
  services.search = async () => {
    io.controller.abort()
    return { ...violated, findings: [{ ...finding, file: '' }] }
  }
  const { code, out } = await ackward('matrix', io, services)
  expect([code, services.searches.length, services.closed]).toEqual([2, 1, 1])
  expect(out).toContain('not searched: stopped by Ctrl-C')
  expect(io.files).toHaveLength(1)
})

it('refuses a row of a scenario that does not exist', async () => {
  const services = new FakeServices()
  services.matrixRows = [{ scenario: 'gone', promise: 'none', expected: [], known: [], why: '' }]
  expect(await ackward('matrix', new FakeIo(), services)).toMatchObject({ code: 64, out: '' })
})
