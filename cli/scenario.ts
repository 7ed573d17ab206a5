import { shown } from '../harness/plan/error.ts'
import { didYouMean } from '../harness/plan/nearest.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import type { Services } from './services.ts'
import { UsageError } from './usage.ts'

export function scenarioCalled(name: string, { scenarios }: Pick<Services, 'scenarios'>): Scenario {
  const scenario = scenarios.find((one) => one.name === name)
  if (scenario !== undefined) return scenario
  const names = scenarios.map((one) => one.name)
  throw new UsageError(`unknown scenario ${shown(name)}${didYouMean(name, names)} (ackward list tells what each does)`)
}
