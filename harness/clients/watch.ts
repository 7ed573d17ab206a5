/**
 * Two ways to learn how a call ended without changing how it ends. They differ in who waits for the promise.
 */
export interface Watcher<T> {
  ok(value: T): void
  fail(error: unknown): void
}

/**
 * What was handed out for a promise is handed out again: `stop()` of kafkajs returns one promise to all who call it meanwhile. It is kept with
 * the promise, which only the client has: a WeakMap takes a microsecond for each call.
 */
const handedOut = Symbol('handed out')

interface Known<T> extends Promise<T> {
  [handedOut]?: Promise<T>
}

/**
 * For a call that the application makes: it gets a promise derived from the real one, which rejects with the very same error. If the
 * application does not handle that, nobody does, and the rejection is as unhandled as it would be without us. (To look at the real
 * promise and return it would count as handling it.) The price is one microtask.
 */
export function watchCall<T>(call: () => Promise<T>, watcher: Watcher<T>): Promise<T> {
  const real: Known<T> = calling(call, watcher)
  const again = real[handedOut]
  if (again !== undefined) {
    real.then(watcher.ok, watcher.fail)
    return again
  }
  const derived = real.then(
    (value) => {
      watcher.ok(value)
      return value
    },
    (error) => {
      watcher.fail(error)
      throw error
    },
  )
  real[handedOut] = derived
  return derived
}

/**
 * For a handler of the application that the client calls, and whose result the client always awaits: it gets the very result, at the
 * very time. A thenable that is no promise may do its work once per `then` (query builders do), so its `then` is still called once.
 */
export function watchHandler(call: () => unknown, watcher: Watcher<void>): unknown {
  const result = calling(call, watcher)
  if (result instanceof Promise) {
    result.then(() => watcher.ok(), watcher.fail)
    return result
  }
  if (!isThenable(result)) {
    watcher.ok()
    return result
  }
  return {
    // biome-ignore lint/suspicious/noThenProperty: a stand-in for the application's own thenable
    then: (ok: (value: unknown) => void, fail: (error: unknown) => void) =>
      result.then(
        (value) => {
          watcher.ok()
          ok(value)
        },
        (error) => {
          watcher.fail(error)
          fail(error)
        },
      ),
  }
}

function calling<T>(call: () => T, watcher: { fail(error: unknown): void }): T {
  try {
    return call()
  } catch (error) {
    watcher.fail(error)
    throw error
  }
}

interface Thenable {
  then(ok: (value: unknown) => void, fail: (error: unknown) => void): unknown
}

function isThenable(value: unknown): value is Thenable {
  return typeof value === 'object' && value !== null && typeof (value as Thenable).then === 'function'
}

/** Gives `wrapper` the name and the arity of what it stands for. */
export function disguise<F extends (...args: never[]) => unknown>(
  wrapper: F,
  original: (...args: never[]) => unknown,
): F {
  return Object.defineProperties(wrapper, {
    name: { value: original.name, configurable: true },
    length: { value: original.length, configurable: true },
  })
}
