/**
 * Random plans of all scenarios with every kind of fault, on three to five brokers: that the built-in cluster keeps what must always be true
 * of it (its own invariants, checked at every event, and the properties that are the cluster's promise), and that the harness holds.
 *
 *     node --import tsx bench/invariants.ts --runs 20000 --seed x
 *
 * Exit 1 where anything broke; each plan that did is written to `.ackward/broken/`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { faultIds } from '../harness/faults/catalogue.ts'
import type { Plan } from '../harness/plan/plan.ts'
import { printPlan } from '../harness/plan/schema.ts'
import { type Run, run } from '../harness/run.ts'
import { judge } from '../properties/index.ts'
import { draw } from '../scenarios/draw.ts'
import type { Shape } from '../scenarios/scenario.ts'
import { ownFaultIn } from '../scenarios/search/own-fault.ts'
import { benchStage } from './ground.ts'
import { eachPlan } from './plans.ts'

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string', default: 'ackward' } },
})

const FOLDER = '.ackward/broken'

const cluster = fc.record({
  brokers: fc.integer({ min: 3, max: 5 }),
  replication: fc.constantFrom(3, 3, 4, 5),
  minInSync: fc.constantFrom(1, 2, 2, 3),
  metadataDelayMs: fc.constantFrom(0, 0, 20, 500),
  unclean: fc.integer({ min: 0, max: 7 }),
})

function larger(shape: Shape, seed: string): Shape {
  const { brokers, replication: copies, minInSync, metadataDelayMs, unclean } = draw(cluster, seed, 'cluster')
  const replication = Math.min(copies, brokers)
  const { metadataDelayMs: _, ...topology } = shape.topology
  return {
    ...shape,
    topology: {
      ...topology,
      brokers,
      replication,
      minInSync: Math.min(minInSync, replication),
      ...(metadataDelayMs > 0 && { metadataDelayMs }),
      ...(unclean === 0 && { uncleanElection: true as const }),
    },
  }
}

const stage = benchStage()
const struck = new Map<string, number>()
const ends = new Map<string, number>()
let made = 0
let broken = 0

async function make(plan: Plan): Promise<Run> {
  await stage.prepare(plan)
  const one = await run(plan, { stage })
  const { history, ended } = one
  made++
  ends.set(ended.by, (ends.get(ended.by) ?? 0) + 1)
  for (const index of one.struck.keys()) {
    const { kind } = plan.faults[index]!
    struck.set(kind, (struck.get(kind) ?? 0) + 1)
  }
  const judgements = judge({ ops: history }, { plan, promise: plan.promise })
  const says = ownFaultIn({ ended, judgements })
  if (says !== undefined) {
    const file = `${FOLDER}/${values.seed}-${made}.json`
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(file, printPlan(plan))
    console.log(`${file} (${plan.scenario}): ${says}`)
    broken++
  }
  return one
}

await eachPlan(values.seed, Number(values.runs), make, { change: larger, faults: faultIds })
const told = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort((one, other) => other[1] - one[1])
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
console.log(`struck: ${told(struck)}`)
console.log(`ended by: ${told(ends)}`)
console.log(`${made} runs on three to five brokers, ${broken} broke`)
if (broken > 0) process.exitCode = 1
