/** What one run can reasonably hold, and the numbers of a plan that are bound by it. */
import { z } from 'zod'

export const week = 7 * 24 * 3600 * 1000

/** What one run can reasonably hold; more is a mistake in the file rather than a trial. */
export const planLimits = {
  characters: 16 * 1024 * 1024,
  depth: 64,
  brokers: 9,
  topics: 100,
  partitions: 1_000,
  processes: 100,
  messages: 100_000,
  faults: 1_000,
  delays: 100_000,
  ms: week,
  events: 1_000_000_000,
} as const

export const whole = (min: number, max: number) => z.int().min(min).max(max)
export const ms = whole(0, planLimits.ms)
