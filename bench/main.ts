/**
 * The figures that this project minds, printed with what they mean and what they should be. A machine decides runs a second; shares and
 * ratios hold on any.
 *
 *     npm run bench [-- --full] [--runs 150] [--plans 40] [--heap-runs 600]
 */
import { parseArgs } from 'node:util'
import { measureChecking } from './checking.ts'
import { batchSays, measureCodec } from './codec.ts'
import { measureCopies } from './copies.ts'
import { benchStage } from './ground.ts'
import { measureHeap } from './heap.ts'
import { measureIdle } from './idle.ts'
import { compareIdleRule } from './idle-rule.ts'
import { measureRate, runStandard } from './rate.ts'
import { measureSplit } from './split.ts'

const FULL = { runs: 600, plans: 500, heapRuns: 20_000, rounds: 41 }
const SHORT = { runs: 150, plans: 40, heapRuns: 600, rounds: 11 }

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    runs: { type: 'string' },
    plans: { type: 'string' },
    'heap-runs': { type: 'string' },
  },
})
const usual = values.full ? FULL : SHORT
const runs = Number(values.runs ?? usual.runs)
const plans = Number(values.plans ?? usual.plans)
const heapRuns = Number(values['heap-runs'] ?? usual.heapRuns)

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const say = (title: string, ...lines: readonly string[]): void => {
  console.log(`\n${title}`)
  for (const line of lines) console.log(`  ${line}`)
}
/** Says so where a figure is of fewer runs than it should be. */
const shortened = (made: number, full: number): string => (made < full ? ` [shortened: --full takes ${full}]` : '')

const begin = performance.now()
console.log(
  `Node ${process.version}, one thread; the standard scenario is 3 brokers, an idempotent producer, a group of two,`,
)
console.log('100 records and one crash')

const stage = benchStage()
await runStandard(stage, 80)

const rate = await measureRate(stage, runs)
say(
  `Rate, over ${runs} warm runs${shortened(runs, FULL.runs)}`,
  `${rate.runsPerSecond.toFixed(1)} runs a second; ${rate.cpuMsPerRun.toFixed(1)} ms of CPU each, helper threads of V8 included`,
)

const checking = await measureChecking(stage, runs)
say(
  `Judging, over ${runs} warm runs${shortened(runs, FULL.runs)} (should be under 15 %)`,
  `${percent(checking)} of running and judging`,
)

const { shares, kafkajs } = await measureSplit(stage, runs)
say(
  `CPU of this thread while it was busy, over ${runs} warm runs${shortened(runs, FULL.runs)}`,
  ...shares.map(({ who, share }) => `${percent(share).padStart(7)}  ${who}`),
  '(built-ins count for whoever calls them; node: microtasks and the event loop, called by nobody)',
)
say(
  'Rate as a share of what kafkajs alone would allow (should be at least 55 %)',
  `${percent(kafkajs)}: kafkajs' share of what is busy, garbage collection left out`,
)

const byCopies = await measureCopies(stage, runs, [1, 3])
say(
  `With one copy of each partition and with three, over ${runs} warm runs of each${shortened(runs, FULL.runs)}`,
  ...byCopies.map(
    ({ copies, runsPerSecond, cpuMsPerRun, kafkajs }) =>
      `${copies}: ${runsPerSecond.toFixed(1)} runs a second, ${cpuMsPerRun.toFixed(1)} ms of CPU each; kafkajs' share ${percent(kafkajs)}`,
  ),
  `three copies take ${(byCopies[1]!.cpuMsPerRun / byCopies[0]!.cpuMsPerRun).toFixed(2)} times the CPU`,
)

const idle = await measureIdle(stage, 3)
say(
  `Idle time with ${idle.connections} open connections (should be at least 1,500)`,
  `${idle.perSecond.toFixed(0)} virtual seconds a second, ${idle.perCpuSecond.toFixed(0)} a second of CPU`,
)

const rule = await compareIdleRule(stage, plans)
say(
  `The idle rule on and off, over ${rule.plans} plans${shortened(plans, FULL.plans)} (findings should be the same)`,
  `${rule.differences.length} with other findings; ${rule.otherHistories} more with histories of another length`,
  ...rule.differences,
)

// A short measurement needs a larger part of its runs to get warm.
const from = Math.ceil(heapRuns / (heapRuns < FULL.heapRuns ? 3 : 10))
const heap = await measureHeap(stage, from, heapRuns)
say(
  `Heap after a collection, from run ${from} to run ${heapRuns}${shortened(heapRuns, FULL.heapRuns)} (should grow by less than 5 %)`,
  `${heap.megabytes.map((value) => value.toFixed(1)).join(' ')} MB: grows by ${percent(heap.growth)}`,
)

// Last: what V8 learns from it about the codec would be in the figures of the runs.
const codec = await measureCodec(usual.rounds)
say(
  `The codec, times as fast as kafkajs' own; median of ${usual.rounds} rounds${shortened(usual.rounds, FULL.rounds)} (should be at least 1)`,
  ...codec.map(({ what, timesAsFast }) => `${timesAsFast.toFixed(1).padStart(5)}  ${what}`),
  `(a batch has ${batchSays}; Produce and Fetch are made and read with the batches in them)`,
)
console.log(`\n${((performance.now() - begin) / 1_000).toFixed(0)} s`)
