import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsePlan } from '../harness/plan/schema.ts'
import { finding, held, unknown, violated } from '../reports/testing/sample.ts'
import { ackward, FakeIo, FakeServices } from './testing/fakes.ts'

describe('what is asked of the search', () => {
  it('has constants where nothing was said', async () => {
    const services = new FakeServices()
    await ackward('run commit-before', new FakeIo(), services)
    expect(services.searches).toMatchObject([
      {
        scenario: 'commit-before',
        promise: 'at-most-once',
        seed: 'ackward',
        runs: 1000,
        checkDeterminism: false,
        folder: '',
      },
    ])
    expect(services.searches[0]).not.toHaveProperty('budgetSeconds')
    expect([services.opened, services.closed]).toEqual([1, 1])
  })

  it('is what was said', async () => {
    const services = new FakeServices()
    const words = [
      'run',
      'commit-after',
      '--promise',
      'exactly-once',
      '--seed',
      '-5 ',
      '--runs',
      '7',
      '--check-determinism',
    ]
    await ackward(words, new FakeIo(), services)
    expect(services.searches).toMatchObject([
      { scenario: 'commit-after', promise: 'exactly-once', seed: '-5 ', runs: 7, checkDeterminism: true },
    ])
  })
})

describe('exit code', () => {
  it.each([
    [0, held],
    [1, violated],
    [2, unknown],
    [70, { ...unknown, ownFault: 'an offset was given twice' }],
  ])('%i', async (code, report) => {
    const services = new FakeServices()
    services.search = async () => report
    const ended = await ackward('run commit-before', new FakeIo(), services)
    expect(ended.code).toBe(code)
    expect(ended.err.includes("ackward's own fault")).toBe(code === 70)
  })
})

it('saves what breaks it, and tells where', async () => {
  const io = new FakeIo()
  const services = new FakeServices()
  services.search = async () => ({ ...violated, findings: [{ ...finding, file: '' }] })
  const { out } = await ackward('run commit-before --promise at-least-once', io, services)
  const [, file] = /npx ackward replay (\.ackward\/plans\/commit-before-loses-[0-9a-f]{8}\.json)\n/.exec(out)!
  expect(io.files).toHaveLength(1)
  expect(parsePlan(readFileSync(join(io.cwd, file!), 'utf8'), file!)).toEqual(finding.plan)
})

it('prints one document with --json, and nothing else on stdout', async () => {
  const io = new FakeIo()
  io.barColumns = 100
  const services = new FakeServices()
  services.search = async (options) => {
    options.onProgress?.({
      scenario: 'commit-before',
      promise: 'at-least-once',
      doing: 'searching',
      runs: 5,
      ofRuns: 10,
      findings: 0,
      seconds: 1,
    })
    return { ...violated, findings: [{ ...finding, file: '' }] }
  }
  const { out, err } = await ackward('run commit-before --json', io, services)
  const document = JSON.parse(out)
  expect(document).toMatchObject({
    scenario: 'commit-before',
    verdict: 'violated',
    findings: [{ party: 'application' }],
  })
  expect(document.findings[0].file).toMatch(/^\.ackward\/plans\/commit-before-loses-/)
  expect(err).toContain('5 of 10 runs')
})

describe('Ctrl-C', () => {
  const started = () => {
    const io = new FakeIo()
    const services = new FakeServices()
    return { io, services, ended: () => ackward('run commit-before --promise at-least-once', io, services) }
  }

  it('tells and saves what was found so far: violated', async () => {
    const { io, services, ended } = started()
    services.search = ({ signal }) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => resolve({ ...violated, findings: [{ ...finding, file: '' }] }))
        io.controller.abort()
      })
    const { code, out } = await ended()
    expect(code).toBe(1)
    expect(out).toContain('stopped by Ctrl-C after 37 runs')
    expect(io.files).toEqual([expect.stringMatching(/^commit-before-loses-[0-9a-f]{8}\.json$/)])
  })

  it('does not call it held when nothing was found so far: unknown', async () => {
    const { io, services, ended } = started()
    services.search = async () => {
      io.controller.abort()
      return held
    }
    const { code, out } = await ended()
    expect(code).toBe(2)
    expect(out).toMatch(/\nUnknown: stopped by Ctrl-C after 1,204 runs\.\n$/)
    expect(io.files).toEqual([])
  })

  it('does not wait for a search that does not listen', async () => {
    const { io, services, ended } = started()
    services.search = (options) => {
      options.onProgress?.({
        scenario: 'commit-before',
        promise: 'at-least-once',
        doing: 'shrinking',
        runs: 37,
        ofRuns: 1000,
        findings: 1,
        seconds: 3,
      })
      setTimeout(() => io.controller.abort(), 10)
      return new Promise(() => {})
    }
    const { code, out } = await ended()
    expect([code, services.closed]).toEqual([2, 1])
    expect(out).toContain('stopped by Ctrl-C after 37 runs, while shrinking what was found')
  })

  it('before the search has started ends at once too', async () => {
    const { io, services, ended } = started()
    io.controller.abort()
    services.search = () =>
      new Promise((_, reject) => setTimeout(() => reject(new Error('the search was stopped')), 5000).unref())
    expect((await ended()).code).toBe(2)
  })
})
