import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Plan } from '../harness/plan/plan.ts'
import { parsePlan } from '../harness/plan/schema.ts'
import { finding, plan, violated } from '../reports/testing/sample.ts'
import { plansFolder, saveFindings, savePlan } from './save.ts'
import { FakeIo } from './testing/fakes.ts'

const cwd = () => new FakeIo().cwd
const named = (scenario: string): Plan => ({ ...plan, scenario })

it('writes a plan that reads back, under a name that tells what it breaks', () => {
  const root = cwd()
  const file = savePlan(finding, root)
  expect(file).toMatch(/^\.ackward\/plans\/commit-before-loses-[0-9a-f]{8}\.json$/)
  expect(parsePlan(readFileSync(join(root, file), 'utf8'), file)).toEqual(plan)
  // And nothing beside it.
  expect(readdirSync(join(root, plansFolder))).toHaveLength(1)
})

it('gives the same plan the same name, and another plan another', () => {
  const root = cwd()
  const other = { ...finding, plan: { ...plan, seed: 'other' } }
  expect(savePlan(finding, root)).toBe(savePlan(finding, root))
  expect(savePlan(other, root)).not.toBe(savePlan(finding, root))
  expect(readdirSync(join(root, plansFolder))).toHaveLength(2)
})

it.each([
  ['every order is applied at least once', 'effects-at-most-once', 'every-order-is-applied-at-least-once-repeats-'],
  ['../../etc/passwd', 'progress-after-heal', 'etc-passwd-gets-stuck-'],
  ['Жук', 'one-owner', 'plan-breaks-one-owner-'],
  ['x'.repeat(300), 'offsets', `${'x'.repeat(60)}-breaks-offsets-`],
  ['commit-after', 'effects-exactly-once', 'commit-after-loses-or-repeats-'],
])('makes a safe name of %s and %s', (scenario, property, prefix) => {
  const file = savePlan({ plan: named(scenario), property }, cwd())
  expect(file.slice(plansFolder.length + 1, -'00000000.json'.length)).toBe(prefix)
})

describe('when it cannot write', () => {
  const failing = (root: string) => {
    const { report, warnings } = saveFindings(violated, root)
    expect(report.findings[0]).toMatchObject({ file: '', token: finding.token })
    return warnings
  }

  it('keeps the finding, and says so: the folder is a file', () => {
    const root = cwd()
    writeFileSync(join(root, '.ackward'), '')
    expect(failing(root)).toEqual([
      expect.stringMatching(
        /^the plan of effects-at-least-once was not saved in \.ackward\/plans \(.+\); its token replays it$/,
      ),
    ])
  })

  it('leaves nothing half-written: the name is taken by a folder', () => {
    const root = cwd()
    mkdirSync(join(root, savePlan(finding, cwd())), { recursive: true })
    expect(failing(root)).toHaveLength(1)
    expect(readdirSync(join(root, plansFolder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it.skipIf(process.getuid?.() === 0)('says so: no permission', () => {
    const root = cwd()
    chmodSync(root, 0o500)
    expect(failing(root)[0]).toContain('EACCES')
  })

  it('writes no plan that could not be read again', () => {
    const root = cwd()
    const broken = { ...violated, findings: [{ ...finding, plan: { ...plan, processes: [] } }] }
    expect(saveFindings(broken, root).warnings[0]).toContain('which is no process of this plan')
    expect(readdirSync(root)).toEqual([])
  })
})
