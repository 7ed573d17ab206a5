/**
 * vitest, where there is one. It is an optional peer: whoever only uses the command line needs none, and importing it outside of a test
 * run fails by itself.
 */
export interface Runner {
  test(name: string, options: { timeout: number }, body: () => Promise<void>): void
}

/** Set by vitest in the processes that run tests. */
const isUnderVitest = process.env.VITEST !== undefined

const vitest = isUnderVitest ? ((await import('vitest')) as unknown as Runner) : undefined

export function runner(): Runner {
  if (vitest === undefined) {
    throw new Error(
      'trial() runs under vitest: npx vitest run. On the command line, ackward run and ackward replay do the same for scenarios.',
    )
  }
  return vitest
}
