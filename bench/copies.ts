/**
 * What several copies of each partition cost: the standard scenario with one copy and with more, in turns, so that what else a machine does
 * meets both.
 */
import type { ModuleStage } from '../harness/world/stage.ts'
import { measureRate, runStandard } from './rate.ts'
import { measureSplit } from './split.ts'

export interface CopiesFigure {
  readonly copies: number
  readonly runsPerSecond: number
  readonly cpuMsPerRun: number
  /** kafkajs' share of what is busy, without garbage collection. */
  readonly kafkajs: number
}

const rounds = 3

/** `runs` for each number of copies: a half is timed, a half is profiled. */
export async function measureCopies(
  stage: ModuleStage,
  runs: number,
  numbers: readonly number[],
): Promise<readonly CopiesFigure[]> {
  const each = Math.max(1, Math.round(runs / (2 * rounds)))
  const seconds = numbers.map(() => 0)
  const cpuMs = numbers.map(() => 0)
  const shares = numbers.map(() => 0)
  for (const copies of numbers) await runStandard(stage, each, copies)
  for (let round = 0; round < rounds; round++) {
    for (const [i, copies] of numbers.entries()) {
      const rate = await measureRate(stage, each, copies)
      seconds[i]! += each / rate.runsPerSecond
      cpuMs[i]! += each * rate.cpuMsPerRun
      shares[i]! += (await measureSplit(stage, each, copies)).kafkajs
    }
  }
  return numbers.map((copies, i) => ({
    copies,
    runsPerSecond: (rounds * each) / seconds[i]!,
    cpuMsPerRun: cpuMs[i]! / (rounds * each),
    kafkajs: shares[i]! / rounds,
  }))
}
