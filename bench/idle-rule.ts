/**
 * Whether the idle rule changes what is found: random plans, each run with it and without it. What differs is a matter for a person: with
 * other times of idle timers a plan may meet another interleaving, which is no fault of the rule, but it should be rare.
 */
import { type Run, run } from '../harness/run.ts'
import type { ModuleStage } from '../harness/world/stage.ts'
import { judge } from '../properties/index.ts'
import { eachPlan } from './plans.ts'

export interface IdleRule {
  readonly plans: number
  /** Plans with the same findings but other operations: where the rule did something that shows. */
  readonly otherHistories: number
  /** One line for each plan that has other findings. */
  readonly differences: readonly string[]
}

export async function compareIdleRule(stage: ModuleStage, plans: number): Promise<IdleRule> {
  const differences: string[] = []
  let otherHistories = 0
  await eachPlan('idle-rule', plans, async (plan) => {
    await stage.prepare(plan)
    const on = await run(plan, { stage })
    const off = await run(plan, { stage, idleRule: false })
    const [withRule, without] = [findingsOf(on), findingsOf(off)]
    if (withRule !== without) {
      const faults = plan.faults.map(({ kind }) => kind).join(', ') || 'no fault'
      differences.push(`${plan.scenario}, seed ${plan.seed} (${faults}): ${withRule}; without the rule ${without}`)
    } else if (on.history.length !== off.history.length) otherHistories++
    return on
  })
  return { plans, otherHistories, differences }
}

/** What is violated and whose fault it is, and how the run ended where it did not come to rest. */
function findingsOf({ plan, history, ended }: Run): string {
  const found = judge({ ops: history }, { plan, promise: plan.promise })
    .filter(({ verdict }) => verdict.is === 'violated')
    .map(({ property, party }) => `${property} (${party})`)
  if (ended.by !== 'rest') found.push(`ended by ${ended.by}`)
  return found.join(', ') || 'nothing'
}
