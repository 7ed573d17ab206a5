/** A world for commands under test: everything they print is kept, time stands still, and the search answers what it is told to. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Report } from '../../reports/report.ts'
import { plain } from '../../reports/terminal/paint.ts'
import { finding, held, plan } from '../../reports/testing/sample.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import type { Replayed, SearchOptions } from '../../scenarios/search/types.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { main } from '../main.ts'
import type { Searching, Services } from '../services.ts'

const temporary = mkdtempSync(join(tmpdir(), 'ackward-cli-'))
afterAll(() => rmSync(temporary, { recursive: true, force: true }))

export class FakeIo implements Io {
  readonly cwd = mkdtempSync(join(temporary, 'cwd-'))
  readonly written = { out: '', err: '' }
  barColumns = 0
  clockMs = 0
  readonly look = { paint: plain, columns: 100, replayLine: (what: string) => `npx ackward replay ${what}` }
  readonly machine = 'Node v22.12.0 on linux x64'
  readonly controller = new AbortController()
  readonly signal = this.controller.signal
  readonly out = (text: string): void => {
    this.written.out += text
  }
  readonly err = (text: string): void => {
    this.written.err += text
  }
  readonly nowMs = (): number => this.clockMs

  /** Every file below the working directory. */
  get files(): readonly string[] {
    return readdirSync(this.cwd, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
  }
}

const scenario = (name: string, promise: Scenario['promise']): Scenario => ({
  name,
  promise,
  summary: `what ${name} does`,
  faults: ['crash', 'pause'],
  shapes: () => {
    throw new Error('not for commands')
  },
})

export const replayed: Replayed = {
  outcome: {
    plan,
    traceHash: 'c0ffee',
    ended: { by: 'rest' },
    judgements: [
      {
        property: finding.property,
        party: finding.party,
        verdict: { is: 'violated', party: finding.party, evidence: finding.evidence },
      },
    ],
    struck: ['crash'],
    missed: [],
    events: 812,
    virtualMs: 9900,
    history: finding.story,
  },
  stale: '',
  determinism: { same: true },
}

export class FakeServices implements Services {
  readonly scenarios = [scenario('commit-before', 'at-most-once'), scenario('commit-after', 'at-least-once')]
  matrixRows: Services['matrixRows'] = [
    {
      scenario: 'commit-before',
      promise: 'at-most-once',
      expected: [],
      known: [],
      why: 'what it has committed it never handles again',
    },
    {
      scenario: 'commit-before',
      promise: 'at-least-once',
      expected: ['effects-at-least-once/application'],
      known: ['progress-after-heal'],
      why: 'a crash after the commit loses',
    },
  ]
  /** What was asked of the search, in order. */
  readonly searches: SearchOptions[] = []
  opened = 0
  closed = 0
  search: (options: SearchOptions) => Promise<Report> = async (options) => ({
    ...held,
    scenario: options.scenario,
    promise: options.promise!,
    seed: options.seed,
  })
  replayPlan: Searching['replayPlan'] = async () => replayed
  planOf: Searching['planOf'] = async () => plan

  open(): Searching {
    this.opened++
    return {
      search: (options) => {
        this.searches.push(options)
        return this.search(options)
      },
      replayPlan: (one, options) => this.replayPlan(one, options),
      planOf: (token) => this.planOf(token),
      close: async () => {
        this.closed++
      },
    }
  }
}

export interface Ended {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
}

/** `ackward <line>`, words separated by spaces. */
export async function ackward(
  line: string | readonly string[],
  io = new FakeIo(),
  services = new FakeServices(),
): Promise<Ended> {
  const args = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line
  const code = await main(args, io, { loadServices: async () => services, requireKafkajs: () => {} })
  return { code, ...io.written }
}
