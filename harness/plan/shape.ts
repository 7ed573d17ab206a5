/** The shape of a plan of format 1, as a zod schema. The type it must agree with is `Plan`. */
import { z } from 'zod'
import { faultShape } from './fault-shape.ts'
import { ms, planLimits, week, whole } from './limits.ts'
import { apiNames, effectVerbs, guarantees, points } from './names.ts'
import type { Guarantee, Json, Plan, Point } from './plan.ts'

export { planLimits } from './limits.ts'

const name = z.string().min(1).max(1_000)
/** Kafka's own rule, and its internal topics are its own. */
const topicName = z
  .string()
  .regex(
    /^(?!\.{1,2}$|__consumer_offsets$|__transaction_state$)[a-zA-Z0-9._-]{1,249}$/,
    "must be a topic name that Kafka takes (1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-') and none of its internal ones",
  )
const partition = whole(0, planLimits.partitions - 1)
/** Parsed from JSON, so any value that is there at all is one. */
const json = z.custom<Json>((value) => value !== undefined)

const topology = z.strictObject({
  brokers: whole(1, planLimits.brokers),
  replication: whole(1, planLimits.brokers),
  minInSync: z.exactOptional(whole(1, planLimits.brokers)),
  metadataDelayMs: z.exactOptional(ms),
  uncleanElection: z.exactOptional(z.literal(true)),
  racks: z.exactOptional(z.array(name).max(planLimits.brokers)),
  replicaSelector: z.exactOptional(z.literal('rack-aware')),
  imitate: z.enum(['2.8', '3.9']),
  transactions: z.exactOptional(z.literal(true)),
  topics: z
    .array(z.strictObject({ name: topicName, partitions: whole(1, planLimits.partitions) }))
    .max(planLimits.topics),
  latencyMs: ms,
  chunks: z.enum(['whole', 'cut']),
})

const processSpec = z.strictObject({
  name,
  entry: name,
  config: json,
  supervisor: z.strictObject({ restartAfterMs: ms, maxRestarts: whole(0, 1_000_000) }),
  startAtMs: z.exactOptional(ms),
})

const workItem = z.strictObject({
  id: name,
  to: z.union([
    z.strictObject({ topic: z.string(), partition: z.exactOptional(partition) }),
    z.strictObject({ process: z.string() }),
    z.strictObject({ file: name }),
  ]),
  key: z.nullable(z.string()),
  value: json,
  atMs: ms,
})

const subject = z.union([
  z.strictObject({ messages: z.array(z.string()) }),
  z.strictObject({
    after: z.array(z.string().regex(/^[^/:]+\/\d+:/, "must be a place in a log, 'topic/partition:message before it'")),
  }),
  z.strictObject({ group: z.string(), generation: whole(-1, 2 ** 31 - 1) }),
  z.strictObject({ transactionalId: z.string() }),
  z.strictObject({ none: z.literal(true) }),
])

const anchor = z.strictObject({
  process: z.string(),
  incarnation: whole(1, 1_000_000),
  call: z.union([z.strictObject({ api: z.enum(apiNames) }), z.strictObject({ effect: z.enum(effectVerbs) })]),
  subject,
  attempt: whole(1, 1_000_000),
  point: z.enum(points as readonly Point[]),
})

/** Its keys are in the order in which a plan is printed. */
export const planShape = z.strictObject({
  format: z.literal(1),
  scenario: name,
  promise: z.enum(guarantees as readonly Guarantee[]),
  seed: z.string(),
  topology,
  processes: z.array(processSpec).max(planLimits.processes),
  workload: z.array(workItem).max(planLimits.messages),
  faults: z.array(faultShape(anchor)).max(planLimits.faults),
  delays: z.array(z.strictObject({ at: anchor, delayMs: ms })).max(planLimits.delays),
  limits: z.strictObject({ events: whole(1, planLimits.events), virtualMs: whole(1, 52 * week) }),
  saved: z.exactOptional(
    z.strictObject({
      ackward: z.string(),
      client: z.string(),
      finding: z.string(),
      cause: z.exactOptional(z.string()),
      traceHash: z.string(),
    }),
  ),
}) satisfies z.ZodType<Plan>
