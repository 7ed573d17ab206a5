/** The inside of a pool's thread: takes a job, answers it. The thread is its own, so its intrinsics may be hardened. */
import { parentPort, workerData } from 'node:worker_threads'
import { PlanError } from '../../harness/plan/schema.ts'
import { installStackMapping } from '../../harness/sim/loader/index.ts'
import { harden, setTripwires } from '../../harness/sim/virtual/index.ts'
import { createStage, EntryError } from '../../harness/world/stage.ts'
import type { Job, JobError } from './jobs.ts'
import { perform } from './thread.ts'

const { root, life } = workerData as { root: string; life: SharedArrayBuffer }
const signs = new Int32Array(life)
const stage = createStage({ root, apps: new URL('../apps/', import.meta.url) })
installStackMapping()
harden()
setTripwires()

Atomics.store(signs, 2, 1)

const port = parentPort!
port.on('message', ({ id, job }: { id: number; job: Job }) => {
  perform(job, {
    stage,
    onEvent: () => {
      signs[0] = (signs[0]! + 1) | 0
    },
    onRun: (index) => {
      signs[1] = index
    },
  }).then(
    (answer) => port.postMessage({ id, answer }),
    (error: unknown) => port.postMessage({ id, error: told(error) }),
  )
})

function told(error: unknown): JobError {
  if (!(error instanceof Error)) return { usage: false, message: String(error), stack: '' }
  const usage = error instanceof PlanError || error instanceof EntryError
  return { usage, message: error.message, stack: error.stack ?? '' }
}
