/**
 * The one file that meets Node's event loop.
 *
 * Each call of `step` is made from a macrotask of its own, never from a continuation; before the next call Node has drained all
 * nextTicks and microtasks and reported unhandled rejections (`processImmediate` in Node's timers does so between two immediates
 * of one phase). Immediates are armed in batches, so that one turn of libuv's loop serves many steps.
 */

/** `again`: call again. `wait`: real work is pending, call again later. `stop`: done. */
export type Step = 'again' | 'wait' | 'stop'

export type Uncaught = (kind: 'exception' | 'rejection', error: unknown, promise?: Promise<unknown>) => void

const BATCH = 32

/** The host's own, taken when this file is loaded: later a tripwire may stand there. */
const { setImmediate } = globalThis

/**
 * Calls `step` until it says stop. Meanwhile what nobody caught goes to `uncaught`, and not to other listeners of this thread
 * (a test runner's): it belongs to simulated code. `breathe` is called before the host's own timers and I/O get their turn, when all
 * that the last step set off has been drained.
 */
export async function drive(step: () => Step, uncaught: Uncaught, breathe: () => void = () => {}): Promise<void> {
  const restore = takeOver(uncaught)
  try {
    await new Promise<void>((resolve, reject) => {
      let armed = 0
      let over = false
      let waits = false
      const arm = (count: number): void => {
        armed = count
        for (let i = 0; i < count; i++) setImmediate(tick)
      }
      const finish = (end: () => void): void => {
        over = true
        end()
      }
      const tick = (): void => {
        armed--
        if (over) return
        if (armed === 0) {
          breathe()
          arm(waits ? 2 : BATCH)
          return
        }
        let next: Step
        try {
          next = step()
        } catch (error) {
          finish(() => reject(error))
          return
        }
        if (next === 'stop') finish(resolve)
        else waits = next === 'wait'
      }
      arm(BATCH)
    })
  } finally {
    restore()
  }
}

function takeOver(uncaught: Uncaught): () => void {
  const rejections = process.rawListeners('unhandledRejection') as NodeJS.UnhandledRejectionListener[]
  const exceptions = process.rawListeners('uncaughtException') as NodeJS.UncaughtExceptionListener[]
  process.removeAllListeners('unhandledRejection')
  process.removeAllListeners('uncaughtException')
  const onRejection = (reason: unknown, promise: Promise<unknown>): void => uncaught('rejection', reason, promise)
  const onException = (error: unknown): void => uncaught('exception', error)
  process.on('unhandledRejection', onRejection)
  process.on('uncaughtException', onException)
  return () => {
    process.off('unhandledRejection', onRejection)
    process.off('uncaughtException', onException)
    for (const listener of rejections) process.on('unhandledRejection', listener)
    for (const listener of exceptions) process.on('uncaughtException', listener)
  }
}
