/**
 * What a user wrote, checked before anything runs: each mistake is a `TrialError` of one line, in the words of the options. A mistake
 * that went unnoticed would be worst here: a test that passes and has tried nothing.
 */
import { guarantees } from '../harness/plan/names.ts'
import { didYouMean } from '../harness/plan/nearest.ts'
import type { Json } from '../harness/plan/plan.ts'
import { PlanError, parsePlan } from '../harness/plan/schema.ts'
import type { Shape } from '../scenarios/scenario.ts'
import { FAULT_WORDS, RELEASES, type TrialOptions } from './options.ts'

/** What the user wrote cannot be run; the message says what, where and what to do. */
export class TrialError extends Error {
  override readonly name = 'TrialError'
}

const TOP = ['topics', 'processes', 'workload', 'faults', 'promises', 'brokers', 'imitate', 'seed', 'runs']
const PROCESS = ['entry', 'instances', 'config', 'supervisor']
const WORKLOAD = ['topic', 'process', 'file', 'count', 'value', 'id', 'key', 'everyMs']

/** JavaScript has no types that would say it, and `as any` silences them. */
export function checkOptions(options: TrialOptions<never>): void {
  const { topics, processes, workload, faults, promises, brokers, imitate, seed, runs } = options
  keys('', options, TOP)
  object('topics', topics, 'orders: { partitions: 3 }')
  for (const [name, topic] of Object.entries(topics)) whole(`topics.${name}.partitions`, topic?.partitions)
  object('processes', processes, "consumer: { entry: new URL('./orders.process.ts', import.meta.url) }")
  for (const [name, spec] of Object.entries(processes)) {
    keys(`processes.${name}`, spec, PROCESS)
    whole(`processes.${name}.instances`, spec.instances ?? 1)
  }
  keys('workload', workload, WORKLOAD)
  whole('workload.count', workload.count)
  for (const name of ['value', 'id'] as const)
    if (typeof workload[name] !== 'function') throw new TrialError(`workload.${name} must be a function`)
  if (faults !== undefined && !Array.isArray(faults)) throw new TrialError('faults must be a list of words')
  for (const word of faults ?? []) known('faults has', word, FAULT_WORDS)
  known('promises is', promises, guarantees)
  whole('brokers', brokers ?? 1)
  known('imitate is', imitate ?? '3.9', RELEASES)
  whole('runs', runs ?? 1)
  if (seed !== undefined && typeof seed !== 'string') throw new TrialError(`seed must be a string, not ${seed}`)
}

/** `value` as it will stand in the plan. */
export function json(where: string, value: unknown): Json {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    throw new TrialError(`${where} is nothing that JSON can say: ${error instanceof Error ? error.message : error}`)
  }
  if (text === undefined) throw new TrialError(`${where} is nothing that JSON can say: it is ${typeof value}`)
  return JSON.parse(text) as Json
}

/** What is left is a plan's own rules: names of topics, how much of everything. */
export function checkShape(shape: Shape): void {
  try {
    parsePlan(JSON.stringify({ ...shape, faults: [], delays: [] }), `trial ${JSON.stringify(shape.scenario)}`)
  } catch (error) {
    if (error instanceof PlanError) throw new TrialError(error.message)
    throw error
  }
}

function object(where: string, value: unknown, example: string): void {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) return
  throw new TrialError(`${where} must be an object with at least one entry, as in ${where}: { ${example} }`)
}

function keys(where: string, value: unknown, names: readonly string[]): void {
  if (typeof value !== 'object' || value === null) throw new TrialError(`${where || 'the trial'} must be an object`)
  const stranger = Object.keys(value).find((key) => !names.includes(key))
  if (stranger === undefined) return
  throw new TrialError(
    `${where === '' ? stranger : `${where}.${stranger}`} is not an option${didYouMean(stranger, names)}`,
  )
}

function whole(where: string, value: unknown): void {
  if (Number.isInteger(value) && (value as number) >= 1) return
  throw new TrialError(`${where} must be a whole number of 1 or more, not ${shown(value)}`)
}

function known(where: string, value: unknown, names: readonly string[]): void {
  if (typeof value === 'string' && names.includes(value)) return
  throw new TrialError(`${where} ${shown(value)}, which is not known${didYouMean(String(value), names)}`)
}

export const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : typeof value === 'function' ? 'a function' : String(value)
