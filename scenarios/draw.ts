/** Drives fast-check's arbitraries outside of `fc.check`, as runs are asynchronous: one value, from a named stream of the root seed. */
import fc, { type Arbitrary } from 'fast-check'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { stream } from '../harness/sim/random.ts'

export function draw<T>(arbitrary: Arbitrary<T>, seed: string, name: string): T {
  const root = stream(seed, name).int(0x7fffffff)
  return arbitrary.generate(new fc.Random(xoroshiro128plus(root)), undefined).value
}
