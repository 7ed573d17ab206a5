/**
 * Prints the hash of N runs of random plans: SHA-256 over their trace hashes in order. Run it under another Node, under V8's flags or
 * under load, and compare.
 *
 *     node --import tsx bench/determinism.ts --runs 500 --seed x [--twice] [--gc 200]
 */
import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type Run, run, runTwice } from '../harness/run.ts'
import { benchStage } from './ground.ts'
import { eachPlan } from './plans.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seed: { type: 'string', default: 'ackward' },
    twice: { type: 'boolean', default: false },
    /** Forces a garbage collection after every so many events; needs --expose-gc. */
    gc: { type: 'string', default: '0' },
  },
})

const wanted = Number(values.runs)
const gcEvery = Number(values.gc)
const collect = (globalThis as { gc?: () => void }).gc
if (gcEvery > 0 && collect === undefined) throw new Error('--gc needs node --expose-gc')

const stage = benchStage()
let events = 0
const onEvent = (): void => {
  if (gcEvery > 0 && ++events % gcEvery === 0) collect?.()
}

const hash = createHash('sha256')
let runs = 0
let differing = 0
/** A run that never starts is deterministic too. */
let resting = 0

async function make(plan: Run['plan']): Promise<Run> {
  await stage.prepare(plan)
  const { run: made, compared } = values.twice
    ? await runTwice(plan, { stage, onEvent })
    : { run: await run(plan, { stage, onEvent }), compared: { same: true, first: '' } }
  if (!compared.same) {
    differing++
    console.log(`run ${runs} differs: ${compared.first}`)
  }
  hash.update(made.traceHash)
  if (made.ended.by === 'rest') resting++
  runs++
  return made
}

await eachPlan(values.seed, wanted, make)
console.log(
  `${runs} runs (${resting} came to rest) on Node ${process.version}${values.twice ? `, ${differing} differing from their second run` : ''}: ${hash.digest('hex')}`,
)
