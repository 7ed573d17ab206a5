import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { printPlan } from '../harness/plan/schema.ts'
import { finding, plan } from '../reports/testing/sample.ts'
import { ackward, FakeIo, FakeServices, replayed } from './testing/fakes.ts'

function withFile(): { io: FakeIo; services: FakeServices } {
  const io = new FakeIo()
  writeFileSync(join(io.cwd, 'lost.json'), printPlan(plan))
  return { io, services: new FakeServices() }
}

describe('a file', () => {
  it('is run and told in full', async () => {
    const { io, services } = withFile()
    const asked: unknown[] = []
    services.replayPlan = async (...args) => {
      asked.push(args)
      return replayed
    }
    const { code, out, err } = await ackward('replay lost.json', io, services)
    expect([code, err, services.closed]).toEqual([1, '', 1])
    expect(asked).toEqual([[plan, { root: io.cwd }]])
    expect(out).toContain('is killed after its commit of orders/0 past m17 was applied')
    expect(out).toContain('nobody will read it again')
    expect(out).toContain('Time line')
    expect(out).toContain('\n  npx ackward replay lost.json\n')
    // A replay leaves nothing behind.
    expect(io.files).toEqual(['lost.json'])
  })

  it('is one document with --json', async () => {
    const { io, services } = withFile()
    const { out } = await ackward('replay lost.json --json', io, services)
    expect(JSON.parse(out)).toMatchObject({
      scenario: 'commit-before',
      runs: 1,
      struck: { crash: 1 },
      verdict: 'violated',
      hash: 'c0ffee',
      file: 'lost.json',
      findings: [{ property: finding.property, says: finding.says, plan }],
    })
  })

  it('that is stale is unknown, never held', async () => {
    const { io, services } = withFile()
    const outcome = { ...replayed.outcome, judgements: [], struck: [], missed: ['crash' as const] }
    services.replayPlan = async () => ({ ...replayed, outcome, stale: 'it no longer reaches its anchors (crash)' })
    const { code, out } = await ackward('replay lost.json', io, services)
    expect(code).toBe(2)
    expect(out).toMatch(/\nUnknown: the plan is stale: it no longer reaches its anchors \(crash\)\.\n$/)
  })

  it('whose run breaks an invariant of ours is our fault', async () => {
    const { io, services } = withFile()
    const ended = { by: 'harness', says: 'an offset was given twice' } as const
    services.replayPlan = async () => ({ ...replayed, outcome: { ...replayed.outcome, ended } })
    const { code, err } = await ackward('replay lost.json', io, services)
    expect(code).toBe(70)
    expect(err).toContain("ackward's own fault")
  })
})

it('a token stands for its plan', async () => {
  const { io, services } = withFile()
  const tokens: string[] = []
  services.planOf = async (token) => {
    tokens.push(token)
    return plan
  }
  const { code, out } = await ackward(`replay ${finding.token}`, io, services)
  expect([code, tokens]).toEqual([1, [finding.token]])
  expect(out).toContain(`\n  npx ackward replay ${finding.token}\n`)
})

it('ends at once on Ctrl-C', async () => {
  const { io, services } = withFile()
  services.replayPlan = () => {
    setTimeout(() => io.controller.abort(), 5)
    return new Promise(() => {})
  }
  const ended = await ackward('replay lost.json', io, services)
  expect(ended).toEqual({ code: 2, out: '', err: 'ackward: stopped by Ctrl-C before the run was over\n' })
  expect(services.closed).toBe(1)
})
