/**
 * The search as a whole, on the scenarios that come with ackward: `commit-before` asked for at-least-once breaks within the first
 * shapes (it commits, is killed, and never handles the message).
 */
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { Plan } from '../../harness/plan/plan.ts'
import { createStage } from '../../harness/world/stage.ts'
import { FIXTURES, planOf } from '../../harness/world/testing/fixture.ts'
import { Searcher } from './index.ts'
import type { Report } from './result.ts'
import { perform } from './thread.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const one = new Searcher({ root: ROOT, threads: 1 })
const two = new Searcher({ root: ROOT, threads: 2 })
const fixtures = new Searcher({ root: FIXTURES, threads: 1, watchdogMs: 1_500 })
afterAll(() => Promise.all([one, two, fixtures].map((searcher) => searcher.close())))

const options = { scenario: 'commit-before', promise: 'at-least-once', seed: 'ackward', runs: 50, folder: '' } as const

/** What does not depend on the machine. */
const facts = ({ seconds: _, findings, ...report }: Report) => ({
  ...report,
  findings: findings.map(({ seconds: _seconds, shrunkIn, ...finding }) => ({ ...finding, shrunkIn: shrunkIn.runs })),
})

let found: Report | undefined
const search = async (): Promise<Report> => (found ??= await one.search(options))

describe('a search', () => {
  it('finds the same, with the same hash and the same shrunk plan, whatever the number of threads', async () => {
    const alone = await search()
    const together = await two.search(options)
    expect(alone.verdict).toBe('violated')
    expect(facts(together)).toEqual(facts(alone))
    expect(alone.findings[0]!.plan.faults.length).toBeLessThanOrEqual(3)
    expect(alone.findings[0]!.plan.workload.length).toBeLessThanOrEqual(3)
  })

  it('with another seed makes other runs', async () => {
    const other = await one.search({ ...options, runs: 5, seed: 'another' })
    const same = await one.search({ ...options, runs: 5 })
    expect(other.hash).not.toBe(same.hash)
  })
})

describe('a replay', () => {
  it('of a token makes that run alone, with the trace that it had in the search', async () => {
    const { findings } = await search()
    const { property, party, token } = findings[0]!
    const plan = await two.planOf(token)
    const { outcome, determinism } = await two.replayPlan(plan)
    expect(determinism).toEqual({ same: true })
    expect(outcome.judgements).toContainEqual(
      expect.objectContaining({ property, verdict: expect.objectContaining({ is: 'violated', party }) }),
    )
    // The same run made after all those before it, in another thread.
    const again = await one.replayPlan(await one.planOf(token))
    expect(again.outcome.traceHash).toBe(outcome.traceHash)
  })

  it('of a saved plan makes the trace that it was saved with', async () => {
    const { findings } = await search()
    for (const { plan } of findings) {
      const { outcome, stale, determinism } = await two.replayPlan(plan)
      expect({ hash: outcome.traceHash, stale, determinism }).toEqual({
        hash: plan.saved!.traceHash,
        stale: '',
        determinism: { same: true },
      })
    }
  })

  it('of a plan whose anchors are no longer reached is stale', async () => {
    const { plan } = (await search()).findings[0]!
    const faults = plan.faults.map((fault) => ({ ...fault, at: { ...fault.at, attempt: 99 } }))
    const { stale } = await two.replayPlan({ ...plan, faults })
    expect(stale).toMatch(/no longer reaches its anchors \(.+\)/)
  })
})

describe('Ctrl-C', () => {
  it('before the first run: ends at once, nothing known', async () => {
    const report = await two.search({ ...options, signal: AbortSignal.abort() })
    expect(report).toMatchObject({ runs: 0, verdict: 'unknown', findings: [] })
  })

  it('while it shrinks: ends at once, with what was found as it was found', async () => {
    const stop = new AbortController()
    let stopped = 0
    const report = await two.search({
      ...options,
      signal: stop.signal,
      onProgress: ({ doing }) => {
        if (doing !== 'shrinking') return
        stopped ||= performance.now()
        stop.abort()
      },
    })
    expect(performance.now() - stopped).toBeLessThan(500)
    const { findings } = await search()
    expect(report.findings.map(({ token }) => token)).toEqual(findings.map(({ token }) => token))
    const [told] = report.findings
    expect(told!.evidence.length).toBeGreaterThan(0)
    // Unshrunk, it is the run of its token.
    const { saved: _, ...plan } = told!.plan
    expect(plan).toEqual(await one.planOf(told!.token))
  })
})

describe('what never comes out of one event', () => {
  const looping = (afterMs: number): Plan => planOf('deeds.ts', { config: { do: 'loop', afterMs } })

  it('is ended from outside: unknown, with the limit and what it usually means', async () => {
    const { outcome, stale } = await fixtures.replayPlan(looping(10))
    expect(stale).toBe('')
    expect(outcome.ended).toEqual({
      by: 'limit',
      limit: 'one-event',
      says: expect.stringMatching(
        /never came out of one event.*twice.*usually means a loop in the application, or in its client, that never awaits/,
      ),
    })
    expect(outcome.judgements).toEqual([])
  })

  it('is still a plan: what a token stands for is not run itself', async () => {
    const { format: _, faults: _faults, delays: _delays, ...shape } = looping(10)
    const onRun = (): never => {
      throw new Error('it is run')
    }
    const thread = {
      stage: createStage({ root: FIXTURES, apps: new URL('../apps/', import.meta.url) }),
      onEvent() {},
      onRun,
    }
    const source = { shape: { format: 1, ...shape }, kinds: ['crash'] } as const
    const plan = await perform({ do: 'plan', source, promise: 'none', seed: 's', index: 0 }, thread)
    expect(plan).toMatchObject({ processes: shape.processes, faults: [] })
  })

  it('leaves the pool fit for work', async () => {
    const { outcome } = await fixtures.replayPlan(planOf('deeds.ts', { config: { do: 'work' } }))
    expect(outcome.ended).toEqual({ by: 'rest' })
  })

  it('costs only that run and the rest of its shape', async () => {
    const { format: _, faults: _faults, delays: _delays, ...shape } = looping(10)
    const report = await fixtures.searchIn(
      { name: 'fixture', promise: 'none', source: { shape: { format: 1, ...shape }, kinds: ['crash'] } },
      { scenario: 'fixture', seed: 's', runs: 1, folder: '' },
    )
    expect(report).toMatchObject({ verdict: 'unknown', findings: [], runs: 1 })
    expect(report.unknown[0]!.why).toMatch(/never came out of one event/)
  })
})

describe('an entry that does not start', () => {
  it.each([
    ['throws.ts', {}, /^p does not start: .*failed to load: RangeError: there is no configuration/],
    ['deeds.ts', { do: 'startRejects' }, /^p does not start: .*start\(\) failed: RangeError: no such database/],
    ['deeds.ts', { do: 'refused' }, /^p does not start: .*readFile is not simulated/],
  ])('%s %j: is told as such, never as a finding', async (entry, config, says) => {
    const { format: _, faults: _faults, delays: _delays, ...shape } = planOf(entry, { config })
    const report = await fixtures.searchIn(
      { name: 'fixture', promise: 'exactly-once', source: { shape: { format: 1, ...shape }, kinds: ['crash'] } },
      { scenario: 'fixture', seed: 's', runs: 25, folder: '' },
    )
    expect(report).toMatchObject({ verdict: 'unknown', findings: [], runs: 1 })
    expect(report.unknown[0]!.why).toMatch(says)
  })
})
