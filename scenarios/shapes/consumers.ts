/** Consumers of one topic, which the harness writes; also those that write what they read into another topic. */
import fc, { type Arbitrary } from 'fast-check'
import type { Json } from '../../harness/plan/plan.ts'
import type { Shape } from '../scenario.ts'
import { type Application, arrivals, cluster, inputs, named, shape, supervisor, TOPIC } from './shape.ts'

export interface Consuming {
  /** Beside topic, group and time-outs. */
  readonly config?: Readonly<Record<string, Json>>
  /** How many members, of 1 to 3 that were drawn and for so many partitions. Default: as drawn. */
  readonly members?: (drawn: number, partitions: number) => number
  /** The topic that they write to. */
  readonly output?: string
  /** The entry of one more consumer, which reads what they write. */
  readonly reader?: string
}

const GROUP = 'billing'
const READERS = 'ledger'

export function consumers(
  app: Application,
  { config, members = (drawn) => drawn, output, reader }: Consuming = {},
): Arbitrary<Shape> {
  return fc
    .record({
      cluster,
      supervisor,
      instances: fc.constantFrom(1, 1, 2, 3),
      sessionTimeoutMs: fc.constantFrom(1_500, 1_500, 3_000, 30_000),
      times: arrivals(8),
      keyed: fc.boolean(),
    })
    .map(({ cluster, supervisor, instances, sessionTimeoutMs, times, keyed }) => {
      const topics = output === undefined ? { topic: TOPIC } : { topic: TOPIC, output }
      const told = { ...topics, group: GROUP, sessionTimeoutMs, ...config }
      const reading = { topic: output ?? TOPIC, group: READERS, sessionTimeoutMs }
      const readers = reader === undefined ? [] : named('reader', 1, reader, reading, supervisor)
      return shape(app, cluster, {
        processes: [
          ...named('consumer', members(instances, cluster.partitions), app.entry, told, supervisor),
          ...readers,
        ],
        workload: inputs(times, keyed, (i) => ({ topic: TOPIC, partition: i % cluster.partitions })),
        outputs: output === undefined ? [] : [output],
      })
    })
}
