/** What the repository states of its applications, and what `ackward matrix` holds against what comes out. */
import type { Guarantee } from '../harness/plan/plan.ts'

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

export const matrixRows: readonly Statement[] = [
  {
    scenario: 'commit-before',
    promise: 'at-most-once',
    expected: [],
    known: [WEDGED, 'effects-at-most-once/client'],
    why: 'what is committed is never handled again by the application; kafkajs may still hand out what a rebalance took away',
  },
  {
    scenario: 'commit-before',
    promise: 'at-least-once',
    expected: ['effects-at-least-once/application'],
    known: [WEDGED],
    why: 'a crash between the commit and the effect loses the message',
  },
  {
    scenario: 'commit-after',
    promise: 'at-least-once',
    expected: [],
    known: [WEDGED],
    why: 'what was not committed is handled again',
  },
  {
    scenario: 'commit-after',
    promise: 'exactly-once',
    expected: ['effects-exactly-once/application'],
    known: [WEDGED, 'effects-exactly-once/client'],
    why: 'a crash between the effect and the commit repeats the message',
  },
  {
    scenario: 'retrying-producer',
    promise: 'at-least-once',
    expected: [],
    known: [WEDGED],
    why: 'what was not acknowledged is sent again',
  },
  {
    scenario: 'retrying-producer',
    promise: 'exactly-once',
    expected: ['effects-exactly-once/configuration'],
    known: [WEDGED, 'effects-exactly-once/client'],
    why: 'a lost acknowledgement makes the client write the record again',
  },
  {
    scenario: 'idempotent-producer',
    promise: 'exactly-once',
    expected: ['effects-exactly-once/client'],
    known: [WEDGED],
    why: 'kafkajs hands out a sequence number again after a lost acknowledgement',
  },
]
