/**
 * A kill at each of the three points of each call of one run, all of them: for the calm plan of the first shapes of each scenario.
 *
 *     node --import tsx bench/kills.ts [--shapes 1] [--seed x] [--scenario commit-after]
 */
import { parseArgs } from 'node:util'
import { everyKill } from '../harness/world/every-kill.ts'
import { draw } from '../scenarios/draw.ts'
import { scenarios } from '../scenarios/index.ts'
import { calmPlan } from '../scenarios/search/layout.ts'
import { benchStage } from './ground.ts'

const { values } = parseArgs({
  options: {
    shapes: { type: 'string', default: '1' },
    seed: { type: 'string', default: 'ackward' },
    scenario: { type: 'string' },
  },
})

const stage = benchStage()

for (const { name, promise, shapes } of scenarios) {
  if (values.scenario !== undefined && values.scenario !== name) continue
  for (let shape = 0; shape < Number(values.shapes); shape++) {
    const plan = calmPlan(draw(shapes(promise, `${values.seed}#${shape}`), values.seed, `${name}/shape/${shape}`))
    await stage.prepare(plan)
    const { calls, kills, unreached, unknown, violations } = await everyKill(plan, { stage })
    console.log(
      `${name}, shape ${shape} (${plan.processes.length} processes, ${plan.workload.length} records): ` +
        `${calls} calls, ${kills} kills (${unreached} points not reached), ${unknown} operations left unknown, ` +
        `${violations.length} violations`,
    )
    for (const violation of violations.slice(0, 5)) console.log(`  ${violation}`)
    if (violations.length > 0) process.exitCode = 1
  }
}
