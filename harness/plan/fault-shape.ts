/** The shape of one fault, as a zod schema. The type it must agree with is `Fault`. */
import { z } from 'zod'
import { errorNames } from '../wire/error-codes.ts'
import { ms, planLimits, whole } from './limits.ts'
import type { Anchor, Fault } from './plan.ts'

const partition = whole(0, planLimits.partitions - 1)

const group = z.strictObject({ coordinatorOf: z.string().min(1) })
const transactionalId = z.strictObject({ transactionCoordinatorOf: z.string().min(1) })
const role = z.union([
  z.strictObject({ leaderOf: z.strictObject({ topic: z.string(), partition }) }),
  group,
  transactionalId,
  z.strictObject({ broker: whole(1, 1_000) }),
])
const roleOrAll = z.union([z.literal('all'), role])
const ends = z.enum(['fin', 'rst'])
const offset = whole(0, Number.MAX_SAFE_INTEGER)

export function faultShape(at: z.ZodType<Anchor>) {
  const fault = <K extends string, S extends z.core.$ZodLooseShape>(kind: K, shape: S) =>
    z.strictObject({ at, kind: z.literal(kind), ...shape })
  return z.discriminatedUnion('kind', [
    fault('crash', {}),
    fault('pause', { ms, until: z.exactOptional(z.literal('successor')) }),
    fault('stop', { graceMs: ms }),
    fault('second-instance', { afterMs: ms }),
    fault('lost-ack', { how: z.enum(['fin', 'rst', 'late']), lateMs: z.exactOptional(ms) }),
    fault('cut-answer', { how: ends, bytes: whole(1, planLimits.characters) }),
    fault('lost-request', { how: ends }),
    fault('error-answer', { error: z.enum(errorNames) }),
    fault('slow-link', { latencyMs: ms, ms }),
    fault('black-hole', { broker: roleOrAll, way: z.enum(['both', 'up', 'down']), ms }),
    fault('leader-move', { of: role }),
    fault('broker-restart', { broker: role, downMs: ms }),
    fault('broker-wipe', { broker: role, downMs: ms, keeps: z.enum(['nothing', 'offsets']) }),
    fault('machine-crash', { broker: role, downMs: ms, lostMs: ms }),
    fault('broker-partition', { broker: role, way: z.enum(['both', 'out', 'in']), ms }),
    fault('unclean-election', { topic: z.string(), partition, behind: whole(1, planLimits.messages), downMs: ms }),
    fault('disk-full', { broker: role, ms }),
    fault('stale-metadata', { broker: role, ms }),
    fault('empty-metadata', { broker: roleOrAll, lacks: z.enum(['leaders', 'brokers']), ms }),
    fault('controller-loss', { ms }),
    fault('coordinator-load', { of: z.union([group, transactionalId]), ms }),
    fault('slow-markers', { of: transactionalId, delayMs: ms, ms }),
    fault('cluster-reset', {}),
    fault('topic-recreate', { topic: z.string(), goneMs: ms }),
    fault('retention', { topic: z.string(), partition, keep: whole(0, planLimits.messages) }),
    fault('offset-reset', {
      group: z.string().min(1),
      topic: z.string(),
      to: z.union([z.enum(['earliest', 'latest']), z.strictObject({ offset })]),
    }),
  ]) satisfies z.ZodType<Fault>
}
