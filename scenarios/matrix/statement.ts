/** What the repository states of one of its applications under one promise. */
import type { Guarantee } from '../../harness/plan/plan.ts'

export interface Statement {
  readonly scenario: string
  readonly promise: Guarantee
  /** As `property/party`; one of them must be found; empty: the promise must hold. */
  readonly expected: readonly string[]
  /** As `property/party`, what may be found besides: known defects below the application, rare enough to be found or not. */
  readonly known: readonly string[]
  readonly why: string
}

/** kafkajs stops fetching after some faults while its process looks healthy; an operator's restart mends it. */
const WEDGED = 'progress-after-heal/client'

type More = Partial<Pick<Statement, 'known'>>

/** The promise is kept. */
export function holds(scenario: string, promise: Guarantee, why: string, { known = [] }: More = {}): Statement {
  return { scenario, promise, expected: [], known: [WEDGED, ...known], why }
}

/** The promise is broken, by whom it says. */
export function breaks(
  scenario: string,
  promise: Exclude<Guarantee, 'none'>,
  party: 'application' | 'client' | 'configuration',
  why: string,
  { known = [] }: More = {},
): Statement {
  return { scenario, promise, expected: [`effects-${promise}/${party}`], known: [WEDGED, ...known], why }
}
