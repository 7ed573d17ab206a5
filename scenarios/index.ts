/** The scenarios that come with ackward. */
import { commitAfter } from './commit-after.ts'
import { commitBefore } from './commit-before.ts'
import { idempotentProducer } from './idempotent-producer.ts'
import { retryingProducer } from './retrying-producer.ts'
import type { Scenario } from './scenario.ts'

export const scenarios: readonly Scenario[] = [commitBefore, commitAfter, retryingProducer, idempotentProducer]

export function scenarioNamed(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name)
}
