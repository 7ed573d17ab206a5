/** Plays a sequence to both sides. A difference counts when it shows every time: real time is not ours to stop. */
import type { Release } from '../harness/model/releases.ts'
import { Comparison, type Difference } from './compare.ts'
import { play, type Transcript } from './play.ts'
import type { Sequence } from './sequence.ts'
import { JvmSide } from './sides/jvm.ts'
import { BrokenModel, ModelSide } from './sides/model.ts'
import { warm } from './warm.ts'

export interface Played {
  readonly real: Transcript
  readonly model: Transcript
  /** The first difference; undefined where there is none. */
  readonly difference: Difference | undefined
}

/** How often a difference must show. */
const CONFIRMATIONS = 3

export class Both {
  private readonly address: string
  private readonly release: Release
  private readonly run = Math.floor(performance.timeOrigin).toString(36)
  private plays = 0

  constructor(address: string, release: Release) {
    this.address = address
    this.release = release
  }

  async ready(): Promise<void> {
    const side = new JvmSide(this.address)
    await warm(side)
    side.close()
  }

  async once(sequence: Sequence): Promise<Played> {
    const prefix = `${this.run}-${++this.plays}-`
    const real = await play(sequence, new JvmSide(this.address), prefix)
    const side = new ModelSide(this.release, this.plays)
    await warm(side)
    try {
      const model = await play(sequence, side, prefix)
      return { real, model, difference: Comparison.of(real, model)[0] }
    } catch (error) {
      if (!(error instanceof BrokenModel)) throw error
      const last = real.exchanges.at(-1)!
      const { api, version } = last.send
      const actual = `broke its own invariants: ${error.message}`
      return { real, model: real, difference: { step: last.step, api, version, path: '', expected: 'went on', actual } }
    }
  }

  /** Plays it again while it differs. */
  async confirmed(sequence: Sequence): Promise<Played> {
    let played = await this.once(sequence)
    for (let left = CONFIRMATIONS - 1; left > 0 && played.difference !== undefined; left--)
      played = await this.once(sequence)
    return played
  }
}
