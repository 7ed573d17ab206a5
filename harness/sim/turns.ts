/** Counts the turns of loops that await, to tell the one that spins for ever in one event from the one that has much to do. */

/**
 * So many turns in one event and without a look at anything outside, and the process is taken to spin for ever. No application has as
 * much to do at one virtual instant as this; the host takes a tenth of a second for it.
 */
export const MAX_TURNS = 100_000

export class Turns {
  private count = 0
  private event = 0
  private acts = 0

  /** `event`: which one it is; `acts`: how often the process has reached for anything outside. True: too many turns since either changed. */
  another(event: number, acts: number): boolean {
    if (this.event !== event || this.acts !== acts) {
      this.event = event
      this.acts = acts
      this.count = 0
    }
    return ++this.count > MAX_TURNS
  }

  /** Who looks at the clock waits for it, in an event in which it stands still: that is no proof of a loop without an end. */
  looked(): void {
    this.count = 0
  }
}
