/** Producers: one that is told what to send, and those that read it from a file. */
import fc, { type Arbitrary } from 'fast-check'
import type { Shape } from '../scenario.ts'
import { type Application, arrivals, cluster, inputs, named, shape, supervisor, TOPIC } from './shape.ts'

const requestTimeoutMs = fc.constantFrom(1_000, 30_000)

export function producers(app: Application): Arbitrary<Shape> {
  return fc
    .record({
      cluster,
      supervisor,
      concurrency: fc.constantFrom(1, 1, 2, 4),
      times: arrivals(8),
      keyed: fc.boolean(),
      requestTimeoutMs,
    })
    .map(({ cluster, supervisor, concurrency, times, keyed, requestTimeoutMs }) => {
      const config = { topic: TOPIC, concurrency, client: { requestTimeout: requestTimeoutMs } }
      return shape(app, cluster, {
        processes: named('producer', 1, app.entry, config, supervisor),
        workload: inputs(times, keyed, () => ({ process: 'producer-0' })),
        outputs: [],
      })
    })
}

const FILE = 'orders.jsonl'

/** `instances` of them read the same file. */
export function importers(app: Application, instances = 1): Arbitrary<Shape> {
  return fc
    .record({ cluster, supervisor, times: arrivals(8), keyed: fc.boolean(), requestTimeoutMs })
    .map(({ cluster, supervisor, times, keyed, requestTimeoutMs }) => {
      const config = { file: FILE, topic: TOPIC, client: { requestTimeout: requestTimeoutMs } }
      return shape(app, cluster, {
        processes: named('importer', instances, app.entry, config, supervisor),
        workload: inputs(times, keyed, () => ({ file: FILE })),
        outputs: [],
      })
    })
}
