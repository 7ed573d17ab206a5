/**
 * Searches an application: makes shapes and chains of faults on all threads, takes the results in the order of their numbers (so that
 * what is found does not depend on the machine), stops at the first finding, shrinks it and replays it.
 */
import type { Guarantee, Plan } from '../../harness/plan/plan.ts'
import { parseToken, type Token, tokenOf } from '../../harness/plan/token.ts'
import { properties } from '../../properties/index.ts'
import { isAskedFor, levelOf } from '../../properties/level.ts'
import { scenarioNamed } from '../index.ts'
import { brokenIn, causeOf, evidenceFor, type FindingId, isSame, isShown } from './finding.ts'
import type { Job, Replay, RunRecord, Source } from './jobs.ts'
import { RUNS_PER_SHAPE } from './layout.ts'
import { Livelock, Pool } from './pool.ts'
import type { Finding, Report } from './result.ts'
import { savedAs, staleness } from './saved.ts'
import { Tally } from './tally.ts'
import type { Outcome, Replayed, Search, SearchOptions } from './types.ts'

export interface OpenOptions {
  /** The project that entry modules of plans are relative to. */
  readonly root: string
  readonly threads?: number
  /** Real time without a single event after which a thread is given up. Default: 10 s. */
  readonly watchdogMs?: number
}

/** The user asked for something that does not exist. */
export class SearchUsage extends Error {
  override readonly name = 'SearchUsage'
}

/** Passing runs that are made twice to compare their traces: one in so many. */
const CHECK_EVERY = 20
const SHRINK_RUNS = 400

/** What is searched: a scenario by its name, or the one shape of a trial. */
export interface Subject {
  readonly name: string
  readonly promise: Guarantee
  readonly source: Source
}

export class Searcher implements Search {
  private readonly pool: Pool

  constructor(options: OpenOptions) {
    this.pool = new Pool(options)
  }

  close(): Promise<void> {
    return this.pool.close()
  }

  search(options: SearchOptions): Promise<Report> {
    const scenario = scenarioNamed(options.scenario)
    if (scenario === undefined) throw new SearchUsage(`no scenario is called ${JSON.stringify(options.scenario)}`)
    const promise = options.promise ?? scenario.promise
    const { faults: kinds, copies } = options
    const source = {
      scenario: scenario.name,
      ...(kinds !== undefined && { kinds }),
      ...(copies !== undefined && { copies }),
    }
    return this.searchIn({ name: scenario.name, promise, source }, options)
  }

  async searchIn(subject: Subject, options: SearchOptions): Promise<Report> {
    const started = performance.now()
    const seconds = (): number => (performance.now() - started) / 1_000
    const tally = new Tally()
    const found: { record: RunRecord; index: number; id: FindingId; runs: number; seconds: number }[] = []
    const over = (): boolean =>
      isAborted(options.signal) || (options.budgetSeconds !== undefined && seconds() >= options.budgetSeconds)
    const decided = (): boolean => options.keepGoing !== true && found.some(({ id }) => isAnswer(id))
    const progress = (doing: 'searching' | 'shrinking'): void =>
      options.onProgress?.({
        scenario: subject.name,
        promise: subject.promise,
        doing,
        runs: tally.runs,
        ofRuns: options.runs,
        findings: found.length,
        seconds: seconds(),
      })
    for await (const { shape, records } of this.shapes(subject, options, over)) {
      for (const record of records) {
        tally.add(record, shape * RUNS_PER_SHAPE + record.index)
        for (const id of violations(record, options.contracts === true)) {
          if (found.some((one) => isSame(one.id, id))) continue
          found.push({ record, index: shape * RUNS_PER_SHAPE + record.index, id, runs: tally.runs, seconds: seconds() })
        }
        if (tally.stop !== undefined || decided()) break
      }
      progress('searching')
      if (tally.stop !== undefined || decided()) break
    }
    const findings: Finding[] = []
    // The answer first, then what else was found on the way.
    const ordered = [...found].sort((a, b) => Number(isAnswer(b.id)) - Number(isAnswer(a.id)))
    for (const { record, index, id, runs, seconds } of ordered) {
      progress('shrinking')
      findings.push(await this.finding(subject, options, record, index, id, runs, seconds))
    }
    return tally.report({ token: tokenPartsOf(subject, options), findings, seconds: seconds(), saysOf })
  }

  /** Shapes in order, made ahead on all threads. */
  private async *shapes(
    subject: Subject,
    options: SearchOptions,
    over: () => boolean,
  ): AsyncGenerator<{ shape: number; records: readonly RunRecord[] }> {
    const ahead: Promise<readonly RunRecord[]>[] = []
    let asked = 0
    const ask = (): void => {
      const first = asked * RUNS_PER_SHAPE
      if (first >= options.runs || over()) return
      const job = {
        do: 'shape',
        source: subject.source,
        promise: subject.promise,
        seed: options.seed,
        shape: asked++,
        from: 0,
        to: Math.min(RUNS_PER_SHAPE, options.runs - first),
        checkEvery: options.checkDeterminism === true ? 1 : CHECK_EVERY,
      } as const
      const answered = this.pool.run(job).catch((error: unknown) => {
        if (error instanceof Livelock) return this.upTo(error, job)
        throw error
      })
      // What is made ahead and no longer wanted must not end the process when it fails.
      answered.catch(() => {})
      ahead.push(answered)
    }
    const stop = aborted(options.signal)
    for (let i = 0; i < this.pool.size + 1; i++) ask()
    for (let shape = 0; ahead.length > 0; shape++) {
      const records = await Promise.race([ahead.shift()!, stop])
      if (records === undefined) return
      yield { shape, records }
      ask()
    }
  }

  /** The runs of the shape before the one that never came out of an event; what they showed stands. */
  private async upTo(error: Livelock, job: Extract<Job, { do: 'shape' }>): Promise<readonly RunRecord[]> {
    const before = error.run === 0 ? [] : await this.pool.run({ ...job, to: error.run })
    return [...before, livelock(error)]
  }

  private async finding(
    subject: Subject,
    options: SearchOptions,
    record: RunRecord,
    index: number,
    id: FindingId,
    runs: number,
    seconds: number,
  ): Promise<Finding> {
    const started = performance.now()
    const plan = record.plan!
    const stop = aborted(options.signal)
    // Stopped meanwhile, or caught in one event, a finding is told as it was found.
    const shrunk = (await Promise.race([
      this.pool.run({ do: 'shrink', plan, finding: id, maxRuns: SHRINK_RUNS }).catch(unlessLivelock),
      stop,
    ])) ?? { plan, runs: 0, control: null }
    const shrinkSeconds = (performance.now() - started) / 1_000
    const replaying = this.pool.run({ do: 'replay', plan: shrunk.plan }).catch(unlessLivelock)
    const replayed = (await Promise.race([replaying, stop])) ?? { ...record, history: [] }
    const judgement = replayed.judgements.find((one) => isShown([one], id))
    const evidence = judgement === undefined ? [] : evidenceFor(judgement, id)
    return {
      ...id,
      says: saysOf(id.property),
      token: tokenOf({ ...tokenPartsOf(subject, options), index }),
      plan: { ...shrunk.plan, saved: savedAs(replayed, id) },
      file: '',
      runs,
      seconds,
      control: shrunk.control,
      shrunkIn: { runs: shrunk.runs, seconds: shrinkSeconds },
      evidence,
      breaches: (judgement?.breaches ?? []).filter((breach) => causeOf(breach) === id.cause),
      story: replayed.history,
    }
  }

  async replayPlan(plan: Plan): Promise<Replayed> {
    const replay = await this.pool.run({ do: 'replay', plan }).catch((error: unknown) => {
      if (error instanceof Livelock)
        return { ...livelock(error), plan, struck: [], missed: [], history: [], differs: '' }
      throw error
    })
    return {
      outcome: outcomeOf(replay),
      stale: staleness(plan, replay),
      determinism: replay.differs === '' ? { same: true } : { same: false, first: replay.differs },
    }
  }

  async planOf(token: string): Promise<Plan> {
    const { scenario, promise, seed, index, faults: kinds, copies } = parseToken(token)
    if (scenarioNamed(scenario) === undefined)
      throw new SearchUsage(`the token names a scenario that does not exist: ${scenario}`)
    const source = { scenario, ...(kinds !== undefined && { kinds }), ...(copies !== undefined && { copies }) }
    const plan = await this.pool.run({ do: 'plan', source, promise, seed, index })
    if (plan === null)
      throw new SearchUsage(`the token names run ${index}, which has no plan: nothing could be drawn there`)
    return plan
  }
}

function violations({ judgements, ended }: RunRecord, contracts: boolean): readonly FindingId[] {
  if (ended.by !== 'rest') return []
  return brokenIn(judgements).filter(({ property }) => contracts || levelOf(property) === 'promise')
}

/**
 * What a search looks for: that the application itself breaks what it was asked for. What a layer below broke is told beside it, and
 * leaves the question open.
 */
function isAnswer({ property, party }: FindingId): boolean {
  return isAskedFor(property) && (party === 'application' || party === 'configuration')
}

function tokenPartsOf({ name, promise }: Subject, { seed, faults, copies }: SearchOptions): Omit<Token, 'index'> {
  const asked = { ...(faults !== undefined && { faults }), ...(copies !== undefined && { copies }) }
  return { scenario: name, promise, seed, ...asked }
}

function saysOf(property: string): string {
  return properties.find((one) => one.name === property)?.says ?? ''
}

/** What is known of a run that never came out of one event, and of nothing after it in its shape. */
function livelock(error: Livelock): RunRecord {
  return {
    index: error.run,
    traceHash: '',
    ended: { by: 'limit', limit: 'one-event', says: error.message },
    ...{ judgements: [], effects: [], struck: [], missed: [] },
    events: 0,
    virtualMs: 0,
  }
}

function unlessLivelock(error: unknown): undefined {
  if (!(error instanceof Livelock)) throw error
}

function outcomeOf(replay: Replay): Outcome {
  const { plan, traceHash, ended, judgements, events, virtualMs, history } = replay
  const kinds = (list: Replay['struck']) => list.map(({ index }) => plan.faults[index]!.kind)
  return {
    plan,
    traceHash,
    ended,
    judgements,
    struck: kinds(replay.struck),
    missed: kinds(replay.missed),
    events,
    virtualMs,
    history,
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true

/** One listener for each signal, however many searches share it. */
const stops = new WeakMap<AbortSignal, Promise<undefined>>()

/** Settles with nothing once the signal is given. */
function aborted(signal: AbortSignal | undefined): Promise<undefined> {
  if (signal === undefined) return new Promise(() => {})
  const known = stops.get(signal)
  if (known !== undefined) return known
  const stop = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  stops.set(signal, stop)
  return stop
}
