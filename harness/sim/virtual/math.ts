/** `Math`, all of it the host's but `random`. */
import type { Seat } from './seat.ts'

export function createMath(seat: Seat): Math {
  const math = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(Math)) as Math
  const random = () => seat.port.draw('math')
  Object.defineProperty(math, 'random', { value: random, writable: true, configurable: true })
  return math
}
