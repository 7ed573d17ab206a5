/**
 * Threads that run plans, and the watchdog that ends one which never leaves an event: a synchronous loop in simulated code can only be
 * stopped from outside. It gets a second try with five times the limit, as a busy machine looks the same.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { AnswerTo, Job, JobError } from './jobs.ts'

export interface PoolOptions {
  /** The project: what entry modules of plans are relative to. */
  readonly root: string
  readonly threads?: number
  /** Real time without a single event after which a thread is given up. */
  readonly watchdogMs?: number
}

const WATCHDOG_MS = 10_000
const PATIENCE = 5

/** A job that never came out of one event, twice. */
export class Livelock extends Error {
  override readonly name = 'Livelock'
  /** Number of the run within its shape. */
  readonly run: number

  constructor(run: number, seconds: number) {
    super(
      `run ${run} of its shape never came out of one event: none ended within ${seconds} s, twice. ` +
        'This usually means a loop in the application, or in its client, that never awaits; or one that looks at the clock, which stands still meanwhile.',
    )
    this.run = run
  }
}

/** A job failed. `usage`: it is the user's to mend. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed'
  readonly usage: boolean

  constructor({ usage, message, stack }: JobError) {
    super(message)
    this.usage = usage
    if (stack !== '') this.stack = stack
  }
}

interface Task {
  readonly job: Job
  readonly patience: number
  resolve(answer: unknown): void
  reject(error: Error): void
}

interface Thread {
  readonly worker: Worker
  readonly signs: Int32Array
  task: Task | undefined
  seen: number
  silentMs: number
}

export class Pool {
  readonly size: number
  private readonly options: PoolOptions
  private readonly threads = new Set<Thread>()
  private readonly idle: Thread[] = []
  private readonly queue: Task[] = []
  private readonly watch: NodeJS.Timeout
  private closed = false

  constructor(options: PoolOptions) {
    this.options = options
    this.size = options.threads ?? Math.max(1, Math.min(8, availableParallelism()))
    this.watch = setInterval(() => this.look(), LOOK_MS)
    this.watch.unref()
  }

  run<J extends Job>(job: J): Promise<AnswerTo<J>> {
    if (this.closed) return Promise.reject(new Error(STOPPED))
    return new Promise((resolve, reject) => {
      this.queue.push({ job, patience: 1, resolve: resolve as (answer: unknown) => void, reject })
      this.next()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    clearInterval(this.watch)
    for (const task of this.queue.splice(0)) task.reject(new Error(STOPPED))
    await Promise.all([...this.threads].map((thread) => this.end(thread, new Error(STOPPED))))
  }

  private next(): void {
    if (this.closed) return
    while (this.queue.length > 0) {
      const thread = this.idle.pop() ?? (this.threads.size < this.size ? this.start() : undefined)
      if (thread === undefined) return
      const task = this.queue.shift()!
      thread.task = task
      thread.silentMs = 0
      thread.worker.postMessage({ id: 0, job: task.job })
    }
  }

  private start(): Thread {
    const life = new SharedArrayBuffer(4 * SIGNS)
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
      workerData: { root: this.options.root, life },
      // Nothing of the host's environment is for simulated processes; NODE_ENV=test (a test runner's) changes what kafkajs does.
      env: { NODE_ENV: 'production' },
      execArgv: [],
    })
    const thread: Thread = { worker, signs: new Int32Array(life), task: undefined, seen: 0, silentMs: 0 }
    this.threads.add(thread)
    worker.on('message', ({ answer, error }: { answer?: unknown; error?: JobError }) => {
      // Given up meanwhile: its task has gone to another thread.
      if (!this.threads.has(thread)) return
      const { task } = thread
      thread.task = undefined
      this.idle.push(thread)
      if (error === undefined) task?.resolve(answer)
      else task?.reject(new JobFailed(error))
      this.next()
    })
    worker.on('error', (error) => void this.end(thread, error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', (code) => {
      if (this.threads.has(thread))
        void this.end(thread, new Error(`a thread of the search ended by itself, with code ${code}`))
    })
    return thread
  }

  private async end(thread: Thread, error: Error): Promise<void> {
    const { task } = thread
    thread.task = undefined
    this.threads.delete(thread)
    const at = this.idle.indexOf(thread)
    if (at >= 0) this.idle.splice(at, 1)
    await thread.worker.terminate()
    task?.reject(error)
    // Others wait in the queue, and there is room for a new thread.
    this.next()
  }

  private look(): void {
    const limitMs = this.options.watchdogMs ?? WATCHDOG_MS
    for (const thread of this.threads) {
      const { task } = thread
      const sign = Atomics.load(thread.signs, 0)
      // Loading the code takes its time, and longer on a busy machine.
      const isLoading = Atomics.load(thread.signs, 2) === 0
      if (task === undefined || isLoading || sign !== thread.seen) {
        thread.seen = sign
        thread.silentMs = 0
        continue
      }
      thread.silentMs += LOOK_MS
      if (thread.silentMs < limitMs * task.patience) continue
      thread.task = undefined
      void this.end(thread, new Error('unused'))
      if (task.patience === 1) this.queue.unshift({ ...task, patience: PATIENCE })
      else task.reject(new Livelock(Atomics.load(thread.signs, 1), (limitMs * PATIENCE) / 1_000))
      this.next()
    }
  }
}

const LOOK_MS = 500
/** Events so far · the run that is next · whether the code is loaded. */
const SIGNS = 3
const STOPPED = 'the search was stopped'
