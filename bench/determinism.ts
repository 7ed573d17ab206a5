/**
 * Prints the hash of N runs of random plans: SHA-256 over their trace hashes in order. Run it under another Node, under V8's flags or
 * under load, and compare.
 *
 *     node --import tsx bench/determinism.ts --runs 500 --seed x [--twice] [--gc 200]
 */
import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type Run, run, runTwice } from '../harness/run.ts'
import { installStackMapping } from '../harness/sim/loader/index.ts'
import { harden, setTripwires } from '../harness/sim/virtual/index.ts'
import { createStage } from '../harness/world/stage.ts'
import { draw } from '../scenarios/draw.ts'
import { scenarios } from '../scenarios/index.ts'
import { CHAINS, calmPlan, DEPTH, nextPlan } from '../scenarios/search/layout.ts'

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

const stage = createStage({ root: process.cwd(), apps: new URL('../scenarios/apps/', import.meta.url) })
installStackMapping()
harden()
setTripwires()
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

search: for (let shape = 0; ; shape++) {
  for (const scenario of scenarios) {
    const calm = calmPlan(
      draw(
        scenario.shapes(scenario.promise, `${values.seed}#${shape}`),
        values.seed,
        `${scenario.name}/shape/${shape}`,
      ),
    )
    await stage.prepare(calm)
    const first = await make(calm)
    if (runs >= wanted) break search
    for (let chain = 1; chain <= CHAINS; chain++) {
      let before = first
      for (let depth = 1; depth <= DEPTH; depth++) {
        const plan = nextPlan(before, scenario.faults, chain)
        if (plan === undefined) break
        before = await make(plan)
        if (runs >= wanted) break search
      }
    }
  }
}
console.log(
  `${runs} runs (${resting} came to rest) on Node ${process.version}${values.twice ? `, ${differing} differing from their second run` : ''}: ${hash.digest('hex')}`,
)
