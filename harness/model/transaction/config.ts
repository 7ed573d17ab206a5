/**
 * The broker settings that the transaction coordinator obeys, under Kafka's names in the comments and with its defaults (3.9); and how long
 * its markers take, which is no setting of Kafka. An operator can make the markers of a coordinator slower while it runs (`Delays`).
 */
import { verifiesTransactions } from '../releases.ts'
import type { ClusterState } from '../state.ts'

export interface TransactionConfig {
  /** transaction.max.timeout.ms */
  readonly maxTimeoutMs: number
  /** transaction.abort.timed.out.transaction.cleanup.interval.ms */
  readonly timeoutCheckIntervalMs: number
  /** transactional.id.expiration.ms */
  readonly idExpirationMs: number
  /** transaction.remove.expired.transaction.cleanup.interval.ms */
  readonly idCheckIntervalMs: number
  /** transaction.partition.verification.enable (KIP-890). Default: what the imitated release has. */
  readonly verification: boolean
  /** From the decision to the first marker of the transaction. */
  readonly markerDelayMs: number
  /** From each of its markers to the next: they come partition by partition. */
  readonly markerSpreadMs: number
  /** Until a marker that could not be written, as its partition has no leader, is sent again. */
  readonly markerRetryMs: number
}

const defaults: Omit<TransactionConfig, 'verification'> = {
  maxTimeoutMs: 900_000,
  timeoutCheckIntervalMs: 10_000,
  idExpirationMs: 604_800_000,
  idCheckIntervalMs: 3_600_000,
  markerDelayMs: 2,
  markerSpreadMs: 1,
  markerRetryMs: 50,
}

export function transactionConfigOf({ config, imitate }: ClusterState): TransactionConfig {
  return { ...defaults, verification: verifiesTransactions[imitate], ...config.transaction }
}

/** What an operator has made slower. */
export interface Delays {
  /** For the markers of this coordinator, in place of `markerDelayMs`. */
  readonly markersOf: Map<number, number>
  /** In place of `coordinatorLoadMs`. */
  loadMs: number | null
}

export function newDelays(): Delays {
  return { markersOf: new Map(), loadMs: null }
}

/** How long the first marker takes that this coordinator sends. */
export function markerDelayMs({ delays }: ClusterState, coordinator: number, config: TransactionConfig): number {
  return delays.markersOf.get(coordinator) ?? config.markerDelayMs
}

export function loadMs({ delays, config }: ClusterState): number {
  return delays.loadMs ?? config.coordinatorLoadMs
}
