/** Whether memory grows from run to run: the heap after a collection, at even distances. Needs --expose-gc. */
import type { ModuleStage } from '../harness/world/stage.ts'
import { runStandard } from './rate.ts'

export interface Heap {
  /** Megabytes, from `from` to `to`. */
  readonly megabytes: readonly number[]
  /** How much it grew over all these runs, as a share of what it was, by the straight line that fits best. */
  readonly growth: number
}

const POINTS = 10

export async function measureHeap(stage: ModuleStage, from: number, to: number): Promise<Heap> {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('the heap is measured after a collection: run node with --expose-gc')
  await runStandard(stage, from)
  const megabytes = [heapAfter(gc)]
  const step = Math.ceil((to - from) / POINTS)
  for (let runs = from; runs < to; runs += step) {
    await runStandard(stage, step)
    megabytes.push(heapAfter(gc))
  }
  return { megabytes, growth: growthOf(megabytes) }
}

function heapAfter(gc: () => void): number {
  gc()
  gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}

function growthOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const up = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0)
  const along = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0)
  const slope = up / along
  return (slope * (values.length - 1)) / (mean - slope * middle)
}
