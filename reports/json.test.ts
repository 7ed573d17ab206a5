import { expect, it } from 'vitest'
import { matrixDocument, printDocument, reportDocument } from './json.ts'
import { rowOf } from './rows.ts'
import { held, plan, violated } from './testing/sample.ts'

it('is one document with what scripts look for', () => {
  const document = JSON.parse(printDocument(reportDocument(violated)))
  expect(document).toMatchObject({
    scenario: 'commit-before',
    runs: 37,
    struck: { crash: 12, pause: 3 },
    verdict: 'violated',
    hash: violated.hash,
    findings: [
      {
        property: 'effects-at-least-once',
        party: 'application',
        token: 'v1:commit-before:at-least-once:ackward:36',
        plan,
        runs: 37,
        seconds: 1.234,
        evidence: [{ messages: ['m17'], ops: [2, 9] }],
      },
    ],
  })
  expect(Object.keys(document)).toMatchInlineSnapshot(`
    [
      "scenario",
      "promise",
      "seed",
      "runs",
      "struck",
      "struckRuns",
      "missed",
      "verdict",
      "hash",
      "findings",
      "beside",
      "unknown",
      "allowed",
      "guarantee",
      "seconds",
    ]
  `)
})

it('has the operations that the evidence points to', () => {
  const { evidence, story } = JSON.parse(printDocument(reportDocument(violated))).findings[0]
  const known = new Set(story.map(({ index }: { index: number }) => index))
  expect(evidence[0].ops.every((op: number) => known.has(op))).toBe(true)
  expect(story.length).toBeLessThan(violated.findings[0]!.story.length)
})

it('has each row of the matrix with what was expected', () => {
  const rows = [
    rowOf(held, { expected: [], known: [], why: 'it must' }),
    rowOf(violated, { expected: [], known: [], why: 'it should' }),
  ]
  expect(matrixDocument(rows, 41.23456)).toMatchObject({
    verdict: 'violated',
    rows: [
      { scenario: 'commit-before', verdict: 'held', expected: [], why: 'it must', asExpected: true },
      { scenario: 'commit-before', verdict: 'violated', expected: [], why: 'it should', asExpected: false },
    ],
    seconds: 41.235,
  })
})

it("says when it was ackward's own fault", () => {
  expect(reportDocument({ ...held, ownFault: 'an offset was given twice' })).toMatchObject({
    ownFault: 'an offset was given twice',
  })
})
