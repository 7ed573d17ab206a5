/**
 * Every bug that was kept: its shrunk plan still shows it, with the same trace on every supported Node. A change of the harness or the
 * model that changes what happens changes the traces; `npm run regressions` saves them anew when that is what was meant.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { parsePlan } from '../harness/plan/schema.ts'
import { brokenIn, findingName } from './search/finding.ts'
import { Searcher } from './search/index.ts'

const folder = new URL('regressions/', import.meta.url)
const searcher = new Searcher({ root: process.cwd() })
afterAll(() => searcher.close())

test.each(readdirSync(folder).filter((name) => name.endsWith('.json')))('%s', async (name) => {
  const plan = parsePlan(readFileSync(new URL(name, folder), 'utf8'), name)
  const { outcome, stale, determinism } = await searcher.replayPlan(plan)
  const { finding, cause } = plan.saved!
  const broken = brokenIn(outcome.judgements)
  expect(broken.map(findingName)).toContain(finding)
  if (cause !== undefined) expect(broken.map((one) => one.cause)).toContain(cause)
  expect(determinism).toEqual({ same: true })
  expect(stale).toBe('')
})
