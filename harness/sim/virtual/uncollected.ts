/**
 * WeakRef and FinalizationRegistry in a world where the garbage collector never runs: a reference always answers, and no
 * callback ever comes. The language allows exactly that, and it is the only course that is the same in every run.
 */

export class UncollectedRef<T extends WeakKey> {
  readonly #target: T

  constructor(target: T) {
    if ((typeof target !== 'object' && typeof target !== 'function' && typeof target !== 'symbol') || target === null)
      throw new TypeError('WeakRef: invalid target')
    this.#target = target
  }

  deref(): T {
    return this.#target
  }
}

export class SilentRegistry {
  constructor(cleanup: unknown) {
    if (typeof cleanup !== 'function') throw new TypeError('FinalizationRegistry: cleanup must be callable')
  }

  register(): void {}

  unregister(): boolean {
    return false
  }
}

function dress(type: object, name: string): void {
  Object.defineProperty(type, 'name', { value: name })
  Object.defineProperty((type as { prototype: object }).prototype, Symbol.toStringTag, {
    value: name,
    configurable: true,
  })
}
dress(UncollectedRef, 'WeakRef')
dress(SilentRegistry, 'FinalizationRegistry')
