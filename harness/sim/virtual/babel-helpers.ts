/**
 * What the TypeScript transform calls at run time, under the names it uses: legacy decorators, and `using`, which no supported
 * Node has of itself.
 */
import type { Fn } from './seat.ts'

type Decorator = (target: unknown, key?: PropertyKey, descriptor?: PropertyDescriptor | number) => unknown

/** TypeScript's __decorate: the last decorator is applied first, each may replace what it decorates. */
function decorate(
  decorators: Decorator[],
  target: object,
  key?: PropertyKey,
  given?: PropertyDescriptor | null,
): unknown {
  const onClass = key === undefined
  let result: unknown = onClass ? target : given === null ? Object.getOwnPropertyDescriptor(target, key!) : given
  for (const decorator of decorators.toReversed()) {
    const made = onClass ? decorator(result) : decorator(target, key, result as PropertyDescriptor)
    result = made || result
  }
  if (!onClass && result) Object.defineProperty(target, key!, result as PropertyDescriptor)
  return result
}

const decorateParam = (index: number, decorator: Decorator) => (target: object, key?: PropertyKey) =>
  decorator(target, key, index)

const decorateMetadata = (name: string, value: unknown) => {
  const { metadata } = Reflect as unknown as { metadata?: Fn }
  return typeof metadata === 'function' ? metadata(name, value) : () => undefined
}

interface Resource {
  readonly value: unknown
  readonly dispose: Fn | undefined
  readonly wait: boolean
}

/** The scope of `using` (u) and `await using` (a) declarations: disposed in reverse order at its end (d). */
function usingCtx() {
  const none = {}
  const resources: Resource[] = []
  const use = (wait: boolean, value: unknown) => {
    if (value !== null && value !== undefined) {
      const object = value as Record<symbol, Fn | undefined>
      const dispose = (wait ? object[Symbol.asyncDispose] : undefined) ?? object[Symbol.dispose]
      if (typeof dispose !== 'function') throw new TypeError('Property [Symbol.dispose] is not a function.')
      resources.push({ value, dispose, wait })
    } else if (wait) resources.push({ value, dispose: undefined, wait })
    return value
  }
  const scope = {
    e: none as unknown,
    u: (value: unknown) => use(false, value),
    a: (value: unknown) => use(true, value),
    d(): unknown {
      let failure = scope.e
      const failed = (error: unknown) => {
        failure =
          failure === none
            ? error
            : Object.assign(new Error('An error was suppressed during disposal'), {
                name: 'SuppressedError',
                error,
                suppressed: failure,
              })
      }
      const next = (): unknown => {
        for (let resource = resources.pop(); resource !== undefined; resource = resources.pop()) {
          try {
            const done = resource.dispose?.call(resource.value)
            if (resource.wait) return Promise.resolve(done).catch(failed).then(next)
          } catch (error) {
            failed(error)
          }
        }
        if (failure !== none) throw failure
        return undefined
      }
      return next()
    },
  }
  return scope
}

export const babelHelpers = { decorate, decorateParam, decorateMetadata, usingCtx }
