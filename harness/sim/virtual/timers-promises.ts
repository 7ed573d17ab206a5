/** `timers/promises` over the virtual timers, with AbortSignal. */
import { abortError, invalidArgument } from './errors.ts'
import type { Fn } from './seat.ts'
import type { Timers } from './timers.ts'

interface Options {
  signal?: AbortSignal
  ref?: boolean
}

function check(options: Options): void {
  if (options === null || typeof options !== 'object') throw invalidArgument('options', 'of type object', options)
  const { signal } = options
  if (signal !== undefined && (signal === null || typeof signal !== 'object' || !('aborted' in signal)))
    throw invalidArgument('options.signal', 'an instance of AbortSignal', signal)
}

/** Arms with `start`, resolves when it fires; an abort cancels it. */
function wait<T>(start: (fire: () => void) => unknown, cancel: Fn, value: T, options: Options): Promise<T> {
  return new Promise((resolve, reject) => {
    check(options)
    const { signal } = options
    if (signal?.aborted) return reject(abortError(signal.reason))
    const aborted = () => {
      cancel(timer)
      reject(abortError(signal!.reason))
    }
    const timer = start(() => {
      signal?.removeEventListener('abort', aborted)
      resolve(value)
    })
    if (options.ref === false) (timer as { unref(): void }).unref()
    signal?.addEventListener('abort', aborted, { once: true })
  })
}

export interface TimersPromises {
  readonly setTimeout: Fn
  readonly setImmediate: Fn
  readonly setInterval: Fn
  readonly scheduler: { wait: Fn; yield: Fn }
}

export function createTimersPromises(timers: Timers): TimersPromises {
  function setTimeout<T>(delay?: number, value?: T, options: Options = {}): Promise<T | undefined> {
    return wait((fire) => timers.setTimeout(fire, delay), timers.clearTimeout, value, options)
  }
  function setImmediate<T>(value?: T, options: Options = {}): Promise<T | undefined> {
    return wait(timers.setImmediate, timers.clearImmediate, value, options)
  }

  /** Ticks that come while nobody waits are owed, not lost. */
  async function* setInterval<T>(delay?: number, value?: T, options: Options = {}): AsyncGenerator<T | undefined> {
    check(options)
    const { signal } = options
    if (signal?.aborted) throw abortError(signal.reason)
    let owed = 0
    let wake: (() => void) | undefined
    const timer = timers.setInterval(() => {
      owed += 1
      wake?.()
    }, delay)
    if (options.ref === false) timer.unref()
    const aborted = () => {
      timers.clearInterval(timer)
      wake?.()
    }
    signal?.addEventListener('abort', aborted, { once: true })
    try {
      while (!signal?.aborted) {
        if (owed === 0) await new Promise<void>((resolve) => (wake = resolve))
        for (; owed > 0; owed--) yield value
      }
      throw abortError(signal.reason)
    } finally {
      timers.clearInterval(timer)
      signal?.removeEventListener('abort', aborted)
    }
  }

  const scheduler = {
    wait: (delay: number, options: Options = {}) => setTimeout(delay, undefined, options),
    yield: () => setImmediate(),
  }
  return { setTimeout, setImmediate, setInterval, scheduler }
}
