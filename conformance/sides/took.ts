/** How long a real cluster of several brokers took for what an operator does, which is let pass in the model too: time-outs run meanwhile. */
export interface Took {
  /** Of an outage: until another broker led what the dead one had led. */
  readonly noticedMs: number
  readonly wholeMs: number
}

/** Where nobody measured it. */
export const usually = {
  known: { noticedMs: 0, wholeMs: 100 },
  outage: { noticedMs: 2_000, wholeMs: 3_000 },
} as const satisfies Readonly<Record<string, Took>>
