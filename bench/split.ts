/** Who spends the CPU of warm runs of the standard scenario, by a sampling profile of this thread. */
import { Session } from 'node:inspector/promises'
import type { ModuleStage } from '../harness/world/stage.ts'
import { attribute } from './attribute.ts'
import { runStandard } from './rate.ts'

export interface Split {
  /** Shares of the time in which this thread was busy, the largest first; they add up to 1. */
  readonly shares: ReturnType<typeof attribute>
  /** kafkajs' share of what is busy, without garbage collection: nobody knows whose garbage it is. */
  readonly kafkajs: number
}

const EVERY_US = 250

export async function measureSplit(stage: ModuleStage, runs: number, copies = 1): Promise<Split> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: EVERY_US })
  await session.post('Profiler.start')
  await runStandard(stage, runs, copies)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const { nodes, samples = [], timeDeltas = [] } = profile
  const shares = attribute({ nodes, samples, timeDeltas })
  const of = (name: string): number => shares.find(({ who }) => who === name)?.share ?? 0
  return { shares, kafkajs: of('kafkajs') / (1 - of('garbage collection')) }
}
