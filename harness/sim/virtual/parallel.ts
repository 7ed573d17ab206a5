/** `Atomics` and `WebAssembly` without what waits for, or works on, other threads. */
import { promise } from './deferred.ts'
import { insteadOf, refused } from './refused.ts'
import type { Seat } from './seat.ts'

export function createAtomics(seat: Seat): typeof Atomics {
  const atomics = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(Atomics))
  for (const name of ['wait', 'waitAsync', 'pause'])
    if (name in Atomics)
      Object.defineProperty(atomics, name, { value: refused(seat, `Atomics.${name}`, insteadOf('Atomics')) })
  return atomics
}

interface Wasm {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports?: object) => object
}

/** Compiled at once by the synchronous constructors; the promises settle as events. What streams is refused. */
export function createWebAssembly(seat: Seat): object {
  const Real = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly
  const wasm = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(Real))
  const put = (name: string, value: unknown) =>
    Object.defineProperty(wasm, name, { value, writable: true, configurable: true })
  put('compile', (bytes: Uint8Array) => promise(seat, () => new Real.Module(bytes)))
  put('instantiate', (source: object, imports?: object) =>
    promise(seat, () => {
      if (source instanceof Real.Module) return new Real.Instance(source, imports)
      const module = new Real.Module(source as Uint8Array)
      return { module, instance: new Real.Instance(module, imports) }
    }),
  )
  for (const name of ['compileStreaming', 'instantiateStreaming'])
    put(name, refused(seat, `WebAssembly.${name}`, 'Give the bytes to WebAssembly.instantiate.'))
  return wasm
}
