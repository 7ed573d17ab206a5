/** Plays a sequence to both sides. A difference counts when it shows every time: real time is not ours to stop. */
import type { Release } from '../harness/model/releases.ts'
import { Comparison, type Difference } from './compare.ts'
import { play, type Transcript } from './play.ts'
import { isMove, isOutage, type Sequence } from './sequence.ts'
import { JvmSide, type Running } from './sides/jvm.ts'
import { BrokenModel, ModelSide } from './sides/model.ts'
import { warm } from './warm.ts'

export interface Played {
  readonly real: Transcript
  readonly model: Transcript
  /** The first difference; undefined where there is none. */
  readonly difference: Difference | undefined
}

/** How often a difference must show; more often where Kafka chooses by chance (`leaders` in explained.ts). */
const confirmationsOf = ({ api }: Difference): number => (api === 'joinGroup' ? 8 : 3)

export class Both {
  private readonly cluster: Running
  private readonly release: Release
  private readonly run = Math.floor(performance.timeOrigin).toString(36)
  private plays = 0

  constructor(cluster: Running, release: Release) {
    this.cluster = cluster
    this.release = release
  }

  private get brokers(): number {
    return this.cluster.bootstrap.length
  }

  async ready(): Promise<void> {
    const side = new JvmSide(this.cluster)
    await warm(side, this.brokers)
    side.close()
  }

  /** Where coordinators have moved they are moved back, so such a sequence is played alone. */
  async once(sequence: Sequence): Promise<Played> {
    const prefix = `${this.run}-${++this.plays}-`
    const kafka = new JvmSide(this.cluster)
    const real = await play(sequence, kafka, prefix)
    if (isPlayedAlone(sequence)) await this.ready()
    const side = new ModelSide(this.release, this.plays, this.brokers)
    await warm(side, this.brokers)
    side.takesAsLong(kafka.took)
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
    for (let plays = 1; played.difference !== undefined && plays < confirmationsOf(played.difference); plays++)
      played = await this.once(sequence)
    return played
  }
}

/** What everybody would notice. */
export function isPlayedAlone(sequence: Sequence): boolean {
  return sequence.some((step) => isOutage(step) || (isMove(step) && 'coordinates' in step.move))
}
