/** How long a real cluster took for an outage, which is let pass in the model too: sessions and transactions run out meanwhile. */
export interface OutageTimes {
  /** Until another broker led what the dead one had led. */
  readonly noticedMs: number
  readonly wholeMs: number
}

/** Where nobody measured it. */
export const usualOutage: OutageTimes = { noticedMs: 2_000, wholeMs: 3_000 }
