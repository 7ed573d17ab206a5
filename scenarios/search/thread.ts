/**
 * What runs in a thread of the pool: makes plans, runs them, judges them, shrinks them. Each job is a pure function of its data.
 */
import type { Plan } from '../../harness/plan/plan.ts'
import { type Ended, type Run, run, runTwice } from '../../harness/run.ts'
import type { ModuleStage } from '../../harness/world/stage.ts'
import { type Judged, judgeRun, verdictOf } from '../../properties/index.ts'
import { levelOf } from '../../properties/level.ts'
import type { Judgement } from '../../properties/property.ts'
import { draw } from '../draw.ts'
import { scenarioNamed } from '../index.ts'
import type { Shape } from '../scenario.ts'
import { replicated } from '../shapes/replicated.ts'
import { type FindingId, isShown } from './finding.ts'
import type { AnswerTo, Job, Replay, RunRecord, Source } from './jobs.ts'
import { CHAINS, calmPlan, DEPTH, nextPlan, placeOf, RUNS_PER_SHAPE } from './layout.ts'
import type { Control } from './result.ts'
import { derived, shrink } from './shrink.ts'

export interface Thread {
  readonly stage: ModuleStage
  /** The watchdog's sign of life. */
  onEvent(): void
  /** Which run of its shape is next, for the watchdog's words. */
  onRun(index: number): void
}

type JobOf<D extends Job['do']> = Extract<Job, { do: D }>

export async function perform<J extends Job>(job: J, thread: Thread): Promise<AnswerTo<J>>
export async function perform(job: Job, thread: Thread): Promise<unknown> {
  switch (job.do) {
    case 'shape':
      return runShape(job, thread)
    case 'shrink':
      return shrinkPlan(job, thread)
    case 'replay':
      return replay(job.plan, thread)
    case 'plan':
      return planAt(job, thread)
  }
}

async function runShape(job: JobOf<'shape'>, thread: Thread): Promise<RunRecord[]> {
  const records: RunRecord[] = []
  for await (const { index, make } of runsOf(job, job.to, thread)) {
    const made = await make()
    if (index < job.from) continue
    const record = recordOf(index, made)
    const suspicious = record.plan !== undefined
    if (suspicious || (job.checkEvery > 0 && index % job.checkEvery === 0)) {
      records.push({ ...record, ...(await difference(made, thread)) })
    } else records.push(record)
  }
  return records
}

/** The runs of a shape in the order of their numbers, up to but not including `to`. Each has to be made before the next one is asked for. */
async function* runsOf(
  { source, promise, seed, shape }: Pick<JobOf<'shape'>, 'source' | 'promise' | 'seed' | 'shape'>,
  to: number,
  thread: Thread,
): AsyncGenerator<{ index: number; plan: Plan; make(): Promise<Run> }> {
  const calm = calmPlan(shapeAt(source, promise, seed, shape))
  await thread.stage.prepare(calm)
  let before!: Run
  const toMake = (index: number, plan: Plan) => ({
    index,
    plan,
    make: async () => {
      thread.onRun(index)
      before = await runOnce(plan, thread)
      return before
    },
  })
  yield toMake(0, calm)
  const calmRun = before
  const kinds = kindsOf(source)
  for (let chain = 1; chain <= CHAINS; chain++) {
    before = calmRun
    for (let depth = 1; depth <= DEPTH; depth++) {
      const index = 1 + (chain - 1) * DEPTH + depth - 1
      if (index >= to) return
      const plan = nextPlan(before, kinds, chain)
      if (plan === undefined) break
      yield toMake(index, plan)
    }
  }
}

function shapeAt(source: Source, promise: JobOf<'shape'>['promise'], seed: string, index: number): Shape {
  const shapeSeed = `${seed}#${index}`
  if ('shape' in source) return { ...source.shape, promise, seed: shapeSeed }
  const scenario = scenarioNamed(source.scenario)
  if (scenario === undefined) throw new Error(`no scenario is called ${source.scenario}`)
  const shape = draw(scenario.shapes(promise, shapeSeed), seed, `${scenario.name}/shape/${index}`)
  return source.copies === undefined ? shape : replicated(shape, source.copies)
}

function kindsOf(source: Source): readonly Plan['faults'][number]['kind'][] {
  return source.kinds ?? ('scenario' in source ? (scenarioNamed(source.scenario)?.faults ?? []) : [])
}

function runOnce(plan: Plan, { stage, onEvent }: Thread): Promise<Run> {
  return run(plan, { stage, onEvent })
}

function judged(made: Run): Judged {
  return judgeRun({ ops: made.history }, { plan: made.plan, promise: made.plan.promise })
}

function recordOf(index: number, made: Run): RunRecord {
  const { judgements: all, effects } = judged(made)
  const judgements = all.filter(({ verdict }) => verdict.is !== 'holds')
  const ended = endedOf(made, judgements)
  const telling = made.ended.by !== 'rest' || judgements.some(({ verdict }) => verdict.is !== 'allowed')
  return {
    index,
    traceHash: made.traceHash,
    ended,
    judgements,
    effects: effects.filter(({ is }) => is !== 'holds'),
    struck: [...made.struck.keys()].map((fault) => made.plan.faults[fault]!.kind),
    missed: [...made.missed.keys()].map((fault) => made.plan.faults[fault]!.kind),
    events: made.events,
    virtualMs: made.virtualMs,
    ...(telling && { plan: made.plan }),
  }
}

/**
 * A client library catches what its callbacks throw, and tries again: what the application may not call then looks like an application
 * that does its work never, or twice. Such a run says nothing about it.
 */
function endedOf(made: Run, judgements: readonly Judgement[]): Ended {
  const [first] = made.refused
  if (made.ended.by !== 'rest' || first === undefined || !judgements.some(({ verdict }) => verdict.is === 'violated'))
    return made.ended
  const [process = '', what] = first.split(': ')
  return {
    by: 'entry',
    process,
    says: `it called ${what}, which is not simulated, and something caught the error. Put the call behind ctx.effects, or leave it out.`,
  }
}

async function difference(made: Run, { stage, onEvent }: Thread): Promise<{ differs?: string }> {
  const again = await run(made.plan, { stage, onEvent })
  if (again.traceHash === made.traceHash) return {}
  const { compared } = await runTwice(made.plan, { stage, onEvent })
  return { differs: compared.same ? 'two runs differed, two more did not' : compared.first }
}

const shows = (made: Run, finding: FindingId): boolean => isShown(judged(made).judgements, finding)

async function shrinkPlan(
  { plan, finding, maxRuns }: JobOf<'shrink'>,
  thread: Thread,
): Promise<AnswerTo<JobOf<'shrink'>>> {
  await thread.stage.prepare(plan)
  const first = await runOnce(plan, thread)
  if (!shows(first, finding)) return { plan, runs: 1, control: null }
  const shrunk = await shrink(derived(plan, first.struckAt), {
    maxRuns,
    attempt: async (candidate) => {
      const made = await runOnce(candidate, thread)
      return { fails: made.ended.by === 'rest' && shows(made, finding), struckAt: made.struckAt }
    },
  })
  return { ...shrunk, control: await controlOf(shrunk.plan, finding, thread) }
}

/** The same plan with nothing going wrong. */
async function controlOf(plan: Plan, finding: FindingId, thread: Thread): Promise<Control | null> {
  if (plan.faults.length === 0) return null
  const made = await runOnce({ ...plan, faults: [] }, thread)
  if (made.ended.by !== 'rest') return 'unknown'
  const { judgements } = judged(made)
  if (isShown(judgements, finding)) return 'violated'
  return verdictOf(judgements.filter(({ property }) => levelOf(property) === 'promise'))
}

async function replay(plan: Plan, thread: Thread): Promise<Replay> {
  await thread.stage.prepare(plan)
  const { run: made, compared } = await runTwice(plan, { stage: thread.stage, onEvent: thread.onEvent })
  return {
    plan,
    traceHash: made.traceHash,
    ended: made.ended,
    judgements: judged(made).judgements,
    struck: [...made.struck].map(([index, detail]) => ({ index, detail })),
    missed: [...made.missed].map(([index, detail]) => ({ index, detail })),
    events: made.events,
    virtualMs: made.virtualMs,
    history: made.history,
    differs: compared.first,
  }
}

async function planAt({ source, promise, seed, index }: JobOf<'plan'>, thread: Thread): Promise<Plan | null> {
  const { shape } = placeOf(index)
  const within = index % RUNS_PER_SHAPE
  for await (const { index: at, plan, make } of runsOf({ source, promise, seed, shape }, within + 1, thread)) {
    // Not made itself: it may be one that never ends.
    if (at === within) return plan
    await make()
  }
  return null
}
