/** A plan that needs what a cluster cannot do is refused before anything runs. */
import type { Capabilities } from '../cluster.ts'
import { needsOf } from '../faults/catalogue.ts'
import { PlanError } from '../plan/error.ts'
import type { Plan } from '../plan/plan.ts'

export function refuseBeyond(plan: Plan, can: Capabilities): void {
  const { brokers } = plan.topology
  if (brokers > can.maxBrokers) {
    throw new PlanError(
      'the plan',
      ['topology', 'brokers'],
      `is ${brokers}; this cluster has ${can.maxBrokers} at most`,
    )
  }
  for (const [index, fault] of plan.faults.entries()) {
    const lacking = needsOf(fault).find((need) => can[need] !== true)
    if (lacking === undefined) continue
    throw new PlanError(
      'the plan',
      ['faults', index, 'kind'],
      `is ${fault.kind}, which needs ${lacking}: this cluster can't do that; remove the fault or run the plan on another cluster`,
    )
  }
}
