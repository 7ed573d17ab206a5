/**
 * Named streams from one root seed: each subsystem and each process draws from its own, so one more draw here moves nothing there.
 */
import seedrandom from 'seedrandom'

export interface Stream {
  /** A float in [0, 1). */
  float(): number
  /** A whole number in [0, below). No draw is made when there is only one choice. */
  int(below: number): number
  bytes(length: number): Uint8Array
}

export function stream(seed: string, name: string): Stream {
  const next = seedrandom.alea(`${seed}/${name}`)
  const int = (below: number): number => (below <= 1 ? 0 : Math.floor(next() * below))
  return {
    float: next,
    int,
    bytes(length) {
      const bytes = new Uint8Array(length)
      for (let i = 0; i < length; i++) bytes[i] = int(256)
      return bytes
    },
  }
}
