import { describe, expect, it } from 'vitest'
import type { Replayed } from '../scenarios/search/types.ts'
import { replayDocument } from './json.ts'
import { type ReplayReport, reportOfReplay } from './replayed.ts'
import type { Finding, Report } from './report.ts'
import { outcomeOfRows, rowOf, stoppedEarly } from './rows.ts'
import { colours } from './terminal/paint.ts'
import { findingText, matrixText, replayText, runText } from './terminal.ts'
import { finding, held, look, plan, unknown, violated } from './testing/sample.ts'

describe('run', () => {
  it('tells a finding', () =>
    expect(runText(violated, look)).toMatchInlineSnapshot(`
      "commit-before, asked for at-least-once, seed ackward

        runs         37 runs in 3.4 s
        struck       crash 12 (in 9 runs), pause 3
        not reached  leader-move 2
        really       at most once, over 37 runs with 15 struck faults: lost in 1 run by the application
        hash         abababababababababababababababababababababababababababababababab

      Violated: effects-at-least-once, by the application
        Promised by the application: every input has its effect at least once.
        Found in the 37th run, after 1.23 s; shrunk in 48 runs and 2.1 s. Without its faults the same plan
        holds.

      The plan: 1 fault and 1 message
        cluster     1 broker as Kafka 3.9; orders with 1 partition; 1 ms one way
        consumer-0  ackward:apps/commit-before {"topic":"orders"}, restarted 500 ms after it ends, 5 times
                    at most
        messages    m17 to orders/0
        fault       consumer-0 (first life) is killed after its commit of orders/0 past m17 was applied
                    and before the answer came

      Evidence
        m17 (orders/0 at 0) has no effect, and group g has committed 1: nobody will read it again

      Time line (virtual time; > marks the evidence)
        0.000 s  consumer-0          starts
      > 0.000 s  workload            m17 written to orders/0 at 0
        1.040 s  consumer-0          owns orders/0 (group g, generation 1)
        1.044 s  cluster             answers a fetch of orders/0 from 0 with m17
        1.046 s  consumer-0          handler begins on m17 (orders/0 at 0)
        1.046 s  consumer-0          commits orders/0 at 1
      > 1.048 s  cluster             orders/0 committed at 1 (group g, generation 1)
        1.048 s  fault               crash strikes: consumer-0 was killed
        1.048 s  consumer-0          is killed (by a fault)
        1.048 s  consumer-0          never learnt whether orders/0 at 1 was committed
        1.048 s  consumer-0          handler of m17 never ended
        1.548 s  consumer-0, life 2  starts
        2.600 s  consumer-0, life 2  owns orders/0 (group g, generation 2)
        9.000 s  phase               everything heals; no more faults

      Replay it
        npx ackward replay .ackward/plans/commit-before-loses-0a1b2c3d.json
        or, before it was shrunk:
        npx ackward replay v1:commit-before:at-least-once:ackward:36

      Violated: effects-at-least-once, by the application.
      "
    `))
  it('tells a finding alone in the same words', () => {
    expect(runText(violated, look)).toContain(`\n${findingText(finding, look)}\n`)
  })
  it('tells which promise below was broken, and what to do about it', () => {
    const breach = {
      party: 'client',
      property: 'send-contract',
      clause: 'resolved-is-stored',
      says: 'a send() that resolves is stored',
      advice: 'Wait',
    } as const
    const told = (more: Partial<Finding>) =>
      findingText({ ...finding, ...more }, look)
        .split('\n')
        .slice(0, 5)
        .join('\n')
    expect(told({ party: 'client', breaches: [breach] })).toMatchInlineSnapshot(`
      "Violated: effects-at-least-once, by the client (kafkajs)
        Asked for: every input has its effect at least once.
        Promised by the client (kafkajs): a send() that resolves is stored.
        What you can do: Wait.
        Found in the 37th run, after 1.23 s; shrunk in 48 runs and 2.1 s. Without its faults the same plan"
    `)
    const left = {
      party: 'configuration',
      property: finding.property,
      clause: 'acks-0',
      says: 'with acks=0 nobody says',
    } as const
    expect(told({ party: 'configuration', breaches: [left] })).toContain(
      '\n  Left to the configuration: with acks=0 nobody says.\n',
    )
    expect(told({ party: 'cluster', breaches: [] })).toContain('own fault: please')
  })
  it('offers to paste only what can be', () => {
    const replayLine = (what: string) => (what.endsWith('.json') ? `ACKWARD_REPLAY=${what} npx vitest run` : '')
    const text = findingText(finding, { ...look, replayLine })
    expect(text).toMatch(/\nReplay it\n {2}ACKWARD_REPLAY=\S+\.json npx vitest run$/)
  })
  it('tells that it held', () =>
    expect(runText(held, look)).toMatchInlineSnapshot(`
      "commit-before, asked for at-most-once, seed ackward

        runs     1,204 runs in 12.3 s
        struck   crash 12 (in 9 runs), pause 3
        allowed  acknowledged-writes-survive: a cluster reset takes all records with it (41 runs)
        besides  one-owner, by the client (kafkajs), in 3 runs: consumer-0 handled m3 after it had learnt
                 that orders/1 was taken away; first in v1:commit-before:at-most-once:ackward:411
        really   exactly once, over 1,204 runs with 15 struck faults: nothing was lost or repeated
        hash     abababababababababababababababababababababababababababababababab

      Held over 1,204 runs.
      "
    `))
  it('tells why it does not know', () =>
    expect(runText(unknown, look)).toMatchInlineSnapshot(`
      "commit-before, asked for at-most-once, seed ackward

        runs     1,204 runs in 12.3 s
        struck   crash 12 (in 9 runs), pause 3
        allowed  acknowledged-writes-survive: a cluster reset takes all records with it (41 runs)
        besides  one-owner, by the client (kafkajs), in 3 runs: consumer-0 handled m3 after it had learnt
                 that orders/1 was taken away; first in v1:commit-before:at-most-once:ackward:411
        really   exactly once, over 1,204 runs with 15 struck faults: nothing was lost or repeated
        unknown  the limit of 100000 events was reached. This usually means a retry without a delay. (2
                 runs); first in v1:commit-before:at-most-once:ackward:7
        hash     abababababababababababababababababababababababababababababababab

      Unknown: the limit of 100000 events was reached. This usually means a retry without a delay.
      "
    `))

  it('tells the most frequent reasons, and how many more there are', () => {
    const reasons = Array.from({ length: 7 }, (_, n) => ({ why: `m${n} has no effect yet`, runs: n, token: '' }))
    const lines = runText({ ...unknown, unknown: reasons }, look).split('\n')
    expect(lines.filter((line) => line.includes('unknown '))).toEqual([
      '  unknown  m6 has no effect yet (6 runs)',
      '  unknown  m5 has no effect yet (5 runs)',
      '  unknown  m4 has no effect yet (4 runs)',
      '  unknown  4 more reasons (6 runs)',
    ])
  })

  it('tells what was found before it was stopped, and that the rest is unknown', () => {
    const why = 'stopped by Ctrl-C after 37 of 1000 runs'
    expect(runText(stoppedEarly(violated, why), look)).toMatch(
      /unknown {6}stopped by Ctrl-C[\s\S]*\nViolated: effects-at-least-once/,
    )
    expect(runText(stoppedEarly(held, why), look)).toMatch(/\nUnknown: stopped by Ctrl-C after 37 of 1000 runs\.\n$/)
  })

  it('fits a narrow terminal, but for what is there to be copied', () => {
    const lines = runText(violated, { ...look, columns: 60 }).split('\n')
    const long = lines.filter((line) => line.length > 60)
    expect(long.map((line) => line.trim().split(' ')[0])).toEqual(['hash', 'npx', 'npx'])
  })

  it('is the same text in colour', () => {
    const painted = runText(violated, { ...look, paint: colours })
    expect(painted).toContain('\u001b[31mViolated: effects-at-least-once, by the application\u001b[39m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes are what is taken away
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(runText(violated, look))
  })

  it('lets no control character through', () => {
    const evil = 'a\u001b]0;title\u0007\nb'
    const report: Report = {
      ...violated,
      seed: evil,
      findings: [
        {
          ...finding,
          says: evil,
          evidence: [{ ...finding.evidence[0]!, says: evil }],
          plan: { ...plan, workload: [{ ...plan.workload[0]!, id: evil }] },
        },
      ],
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(runText(report, look)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })
})

describe('matrix', () => {
  const loses = {
    expected: ['effects-at-least-once/application'],
    known: ['progress-after-heal/client'],
    why: 'it commits before it works, so a crash between the two loses',
  }
  const holds = {
    expected: [],
    known: ['progress-after-heal/client'],
    why: 'what it has committed is never handled again',
  }

  it('tells each row, and that all came out as expected', () => {
    const rows = [rowOf(violated, loses), rowOf(held, holds)]
    expect(matrixText(rows, look)).toMatchInlineSnapshot(`
      "commit-before, asked for at-least-once
        verdict   violated: effects-at-least-once, by the application
        expected  yes: it commits before it works, so a crash between the two loses
        runs      37 runs in 3.4 s
        struck    crash 12 (in 9 runs), pause 3
        really    at most once, over 37 runs with 15 struck faults: lost in 1 run by the application
        found     effects-at-least-once, by the application, with 1 fault and 1 message
        fault     consumer-0 (first life) is killed after its commit of orders/0 past m17 was applied and
                  before the answer came
        so        m17 (orders/0 at 0) has no effect, and group g has committed 1: nobody will read it
                  again
        control   Without its faults the same plan holds.
        replay    npx ackward replay .ackward/plans/commit-before-loses-0a1b2c3d.json

      commit-before, asked for at-most-once
        verdict   held over 1,204 runs
        expected  yes: what it has committed is never handled again
        runs      1,204 runs in 12.3 s
        struck    crash 12 (in 9 runs), pause 3
        really    exactly once, over 1,204 runs with 15 struck faults: nothing was lost or repeated

      All 2 came out as expected.
      "
    `)
    expect(outcomeOfRows(rows)).toBe('held')
  })

  it('takes a known defect below the application, and says so', () => {
    const stuck = { ...finding, property: 'progress-after-heal', party: 'client' } as const
    const alone = rowOf({ ...violated, findings: [stuck] }, holds)
    const both = rowOf({ ...violated, findings: [stuck, finding] }, loses)
    const onlyKnown = rowOf({ ...violated, findings: [stuck] }, loses)
    expect([alone, both, onlyKnown].map(({ asExpected }) => asExpected)).toEqual([true, true, false])
    expect([outcomeOfRows([alone, both]), outcomeOfRows([onlyKnown])]).toEqual(['held', 'unknown'])
    expect(matrixText([both], look)).toMatchInlineSnapshot(`
      "commit-before, asked for at-least-once
        verdict   violated: progress-after-heal, by the client (kafkajs); effects-at-least-once, by the
                  application
        expected  yes: it commits before it works, so a crash between the two loses; that it violates
                  progress-after-heal, by the client (kafkajs), is known (docs/kafkajs.md)
        runs      37 runs in 3.4 s
        struck    crash 12 (in 9 runs), pause 3
        really    at most once, over 37 runs with 15 struck faults: lost in 1 run by the application
        found     effects-at-least-once, by the application, with 1 fault and 1 message
        fault     consumer-0 (first life) is killed after its commit of orders/0 past m17 was applied and
                  before the answer came
        so        m17 (orders/0 at 0) has no effect, and group g has committed 1: nobody will read it
                  again
        control   Without its faults the same plan holds.
        replay    npx ackward replay .ackward/plans/commit-before-loses-0a1b2c3d.json
        found     progress-after-heal, by the client (kafkajs), with 1 fault and 1 message
        fault     consumer-0 (first life) is killed after its commit of orders/0 past m17 was applied and
                  before the answer came
        so        m17 (orders/0 at 0) has no effect, and group g has committed 1: nobody will read it
                  again
        control   Without its faults the same plan holds.
        replay    npx ackward replay .ackward/plans/commit-before-loses-0a1b2c3d.json

      All 1 came out as expected.
      "
    `)
  })

  it('tells what did not', () => {
    const rows = [rowOf(violated, holds), rowOf(held, loses), rowOf(unknown, holds)]
    expect(matrixText(rows, look)).toMatchInlineSnapshot(`
      "commit-before, asked for at-least-once
        verdict   violated: effects-at-least-once, by the application
        expected  NO: it should hold, as what it has committed is never handled again
        runs      37 runs in 3.4 s
        struck    crash 12 (in 9 runs), pause 3
        really    at most once, over 37 runs with 15 struck faults: lost in 1 run by the application
        found     effects-at-least-once, by the application, with 1 fault and 1 message
        fault     consumer-0 (first life) is killed after its commit of orders/0 past m17 was applied and
                  before the answer came
        so        m17 (orders/0 at 0) has no effect, and group g has committed 1: nobody will read it
                  again
        control   Without its faults the same plan holds.
        replay    npx ackward replay .ackward/plans/commit-before-loses-0a1b2c3d.json

      commit-before, asked for at-most-once
        verdict   held over 1,204 runs
        expected  NO: it should violate effects-at-least-once, by the application, as it commits before it
                  works, so a crash between the two loses
        runs      1,204 runs in 12.3 s
        struck    crash 12 (in 9 runs), pause 3
        really    exactly once, over 1,204 runs with 15 struck faults: nothing was lost or repeated

      commit-before, asked for at-most-once
        verdict   unknown
        expected  NO: it should hold, as what it has committed is never handled again
        runs      1,204 runs in 12.3 s
        struck    crash 12 (in 9 runs), pause 3
        really    exactly once, over 1,204 runs with 15 struck faults: nothing was lost or repeated
        unknown   the limit of 100000 events was reached. This usually means a retry without a delay. (2
                  runs); first in v1:commit-before:at-most-once:ackward:7

      Not as expected: 3 of 3: commit-before asked for at-least-once should hold, violated
      effects-at-least-once, by the application; commit-before asked for at-most-once should violate
      effects-at-least-once, by the application, did not; commit-before asked for at-most-once should
      hold, has 2 runs without a verdict.
      "
    `)
    expect(outcomeOfRows(rows)).toBe('violated')
    expect(outcomeOfRows(rows.slice(1))).toBe('unknown')
    expect(outcomeOfRows([rowOf(violated, { ...loses, expected: ['offsets/cluster'] })])).toBe('violated')
    expect(rowOf({ ...held, ownFault: 'an invariant' }, holds).asExpected).toBe(false)
  })
})

describe('replay', () => {
  const { property, party, evidence } = finding
  const broken = { property, party, verdict: { is: 'violated', party, evidence } } as const
  const replayed: Replayed = {
    outcome: {
      plan,
      traceHash: 'c0ffee',
      ended: { by: 'rest' },
      judgements: [broken],
      struck: ['crash'],
      missed: [],
      events: 812,
      virtualMs: 9900,
      history: finding.story,
    },
    stale: '',
    determinism: { same: true },
  }
  const from = { plan, file: finding.file, token: '', seconds: 0.02 }
  const report = (changes: Partial<Replayed['outcome']>, others: Partial<Replayed> = {}): ReplayReport =>
    reportOfReplay({ ...replayed, outcome: { ...replayed.outcome, ...changes }, ...others }, from)

  it('tells the plan, the evidence, the time line and the line to paste', () => {
    expect(replayText(report({}), look)).toMatchInlineSnapshot(`
      "commit-before, asked for at-least-once: replay of .ackward/plans/commit-before-loses-0a1b2c3d.json

      The plan: 1 fault and 1 message
        cluster     1 broker as Kafka 3.9; orders with 1 partition; 1 ms one way
        consumer-0  ackward:apps/commit-before {"topic":"orders"}, restarted 500 ms after it ends, 5 times
                    at most
        messages    m17 to orders/0
        fault       consumer-0 (first life) is killed after its commit of orders/0 past m17 was applied
                    and before the answer came

      Violated: effects-at-least-once, by the application
        Promised by the application: every input has its effect at least once.
        m17 (orders/0 at 0) has no effect, and group g has committed 1: nobody will read it again

      Time line (virtual time; > marks the evidence)
        0.000 s  consumer-0          starts
      > 0.000 s  workload            m17 written to orders/0 at 0
        1.040 s  consumer-0          owns orders/0 (group g, generation 1)
        1.044 s  cluster             answers a fetch of orders/0 from 0 with m17
        1.046 s  consumer-0          handler begins on m17 (orders/0 at 0)
        1.046 s  consumer-0          commits orders/0 at 1
      > 1.048 s  cluster             orders/0 committed at 1 (group g, generation 1)
        1.048 s  fault               crash strikes: consumer-0 was killed
        1.048 s  consumer-0          is killed (by a fault)
        1.048 s  consumer-0          never learnt whether orders/0 at 1 was committed
        1.048 s  consumer-0          handler of m17 never ended
        1.548 s  consumer-0, life 2  starts
        2.600 s  consumer-0, life 2  owns orders/0 (group g, generation 2)
        9.000 s  phase               everything heals; no more faults

        struck  crash 1
        trace   c0ffee, the same twice

      Replay it
        npx ackward replay .ackward/plans/commit-before-loses-0a1b2c3d.json

      Violated: effects-at-least-once, by the application.
      "
    `)
  })

  it('tells that it holds', () => {
    expect(replayText(report({ judgements: [{ ...broken, verdict: { is: 'holds' } }] }), look)).toMatchInlineSnapshot(`
      "commit-before, asked for at-least-once: replay of .ackward/plans/commit-before-loses-0a1b2c3d.json

      The plan: 1 fault and 1 message
        cluster     1 broker as Kafka 3.9; orders with 1 partition; 1 ms one way
        consumer-0  ackward:apps/commit-before {"topic":"orders"}, restarted 500 ms after it ends, 5 times
                    at most
        messages    m17 to orders/0
        fault       consumer-0 (first life) is killed after its commit of orders/0 past m17 was applied
                    and before the answer came

        struck  crash 1
        trace   c0ffee, the same twice

      Replay it
        npx ackward replay .ackward/plans/commit-before-loses-0a1b2c3d.json

      Held over 1 run.
      "
    `)
  })

  it('knows nothing of a stale plan, a run that does not start, a limit, and two runs that differ', () => {
    const holds = { judgements: [{ ...broken, verdict: { is: 'holds' } as const }] }
    const stale = report(
      { ...holds, missed: ['crash'], struck: [] },
      { stale: 'it no longer reaches its anchors (crash)' },
    )
    const entry = report({ ended: { by: 'entry', process: 'consumer-0', says: 'TypeError: x is not a function' } })
    const limit = report({
      ...holds,
      ended: { by: 'limit', limit: 'events', says: 'the limit of 100 events was reached.' },
    })
    const differs = report(holds, { determinism: { same: false, first: 'event 31: consumer-0 drew 0.3, then 0.4' } })
    const own = report({ ended: { by: 'harness', says: 'an offset was given twice' } })
    const all = [stale, entry, limit, differs, own]
    expect(
      all.map(({ verdict, findings, unknown: [why] }) => [verdict, findings.length, why!.why]),
    ).toMatchInlineSnapshot(`
      [
        [
          "unknown",
          0,
          "the plan is stale: it no longer reaches its anchors (crash)",
        ],
        [
          "unknown",
          0,
          "the entry module of consumer-0 did not start: TypeError: x is not a function",
        ],
        [
          "unknown",
          0,
          "the limit of 100 events was reached.",
        ],
        [
          "unknown",
          0,
          "two runs of this plan differ, first in: event 31: consumer-0 drew 0.3, then 0.4",
        ],
        [
          "unknown",
          0,
          "an offset was given twice",
        ],
      ]
    `)
    expect(own.ownFault).toBe('an offset was given twice')
    expect(replayText(stale, look)).toMatch(
      /\nUnknown: the plan is stale: it no longer reaches its anchors \(crash\)\.\n$/,
    )
  })

  it('tells a broken contract beside a kept promise, with its time line', () => {
    const contract = { ...broken, property: 'one-owner', party: 'client' } as const
    const verdict = { ...broken.verdict, party: 'client' } as const
    const beside = report({ judgements: [{ ...contract, verdict }] })
    expect([beside.verdict, beside.findings, beside.beside.length]).toEqual(['held', [], 1])
    expect(replayText(beside, look)).toMatch(
      /\nBroken besides, which decides nothing: one-owner, by the client \(kafkajs\)\n[\s\S]*\nTime line [\s\S]*\nHeld over 1 run\.\n$/,
    )
  })

  it('still tells what a stale plan breaks', () => {
    expect(report({}, { stale: 'it was saved by ackward 0.0.9' }).verdict).toBe('violated')
  })

  it('is the same as a document', () => {
    const { story, ...told } = (replayDocument(report({})) as { findings: [{ story: unknown[] }] }).findings[0]
    expect(story).toHaveLength(14)
    expect(Object.keys(told)).toEqual([
      'property',
      'party',
      'cause',
      'says',
      'token',
      'file',
      'plan',
      'runs',
      'seconds',
      'control',
      'shrunkIn',
      'evidence',
      'breaches',
    ])
  })
})
