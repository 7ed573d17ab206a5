/** `AbortSignal`: the host's class, with `timeout` on virtual time. */
import type { Timers } from './timers.ts'

export function createAbortSignal(timers: Timers): typeof AbortSignal {
  const Real = AbortSignal
  function VirtualAbortSignal(): void {
    throw Object.assign(new TypeError('Illegal constructor'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
  }
  const statics = Object.getOwnPropertyDescriptors(Real) as PropertyDescriptorMap
  // The same prototype: every signal that the host makes is an instance of ours.
  statics.prototype = { value: Real.prototype, writable: false }
  Object.defineProperties(VirtualAbortSignal, statics)
  Object.defineProperty(VirtualAbortSignal, 'timeout', {
    value(delay: number) {
      const controller = new AbortController()
      timers.setTimeout(
        () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
        delay,
      )
      return controller.signal
    },
    writable: true,
    configurable: true,
  })
  return VirtualAbortSignal as unknown as typeof AbortSignal
}
