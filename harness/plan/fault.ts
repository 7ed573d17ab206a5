/** The vocabulary of faults: what goes wrong at an anchor, as plain data. Needs and covered promises: `harness/faults/catalogue.ts`. */
import type { ErrorName } from '../wire/error-codes.ts'

export type FaultKind =
  /** The process is killed (SIGKILL); its supervisor restarts it. */
  | { readonly kind: 'crash' }
  /**
   * The process stops for `ms` (SIGSTOP, a long collection) and goes on where it was. until successor: it goes on `ms` after a second
   * instance of it has started, so that it wakes as a zombie.
   */
  | { readonly kind: 'pause'; readonly ms: number; readonly until?: 'successor' }
  /** It is asked to stop (SIGTERM, or `stop()` of its entry), killed if it has not ended after `graceMs`, and started again. */
  | { readonly kind: 'stop'; readonly graceMs: number }
  /** `afterMs` later another process of the same spec starts beside this one, under the name `secondOf(name)`. */
  | { readonly kind: 'second-instance'; readonly afterMs: number }
  /** The request was applied; its answer never comes in time. fin, rst: the connection ends instead. late: it comes after `lateMs`. */
  | { readonly kind: 'lost-ack'; readonly how: 'fin' | 'rst' | 'late'; readonly lateMs?: number }
  /** The connection ends after so many bytes of the answer, its length included; before the last one, if it is no longer. */
  | { readonly kind: 'cut-answer'; readonly how: 'fin' | 'rst'; readonly bytes: number }
  /** The request does not reach the broker; the connection ends. */
  | { readonly kind: 'lost-request'; readonly how: 'fin' | 'rst' }
  /** The request is answered with this error. At its point before: instead of being carried out. At its point applied: although it was. */
  | { readonly kind: 'error-answer'; readonly error: ErrorName }
  /** What is sent between the process and the brokers takes `latencyMs` longer, each way, for `ms`. */
  | { readonly kind: 'slow-link'; readonly latencyMs: number; readonly ms: number }
  /** Nothing gets through between the process and one broker, or any, for `ms`; connections stay. up: what it sends. down: what it gets. */
  | {
      readonly kind: 'black-hole'
      readonly broker: Role | 'all'
      readonly way: 'both' | 'up' | 'down'
      readonly ms: number
    }
  | { readonly kind: 'leader-move'; readonly of: Role }
  | { readonly kind: 'broker-restart'; readonly broker: Role; readonly downMs: number }
  /** The broker comes back without what it had stored: nothing of it, or only the offsets that groups had committed. */
  | {
      readonly kind: 'broker-wipe'
      readonly broker: Role
      readonly downMs: number
      readonly keeps: 'nothing' | 'offsets'
    }
  /** The broker's machine goes down: what was written on it in the last `lostMs` had not reached its disk. */
  | { readonly kind: 'machine-crash'; readonly broker: Role; readonly downMs: number; readonly lostMs: number }
  /** For `ms` nothing gets through between this broker and the other brokers, one way or both; clients reach them all. */
  | {
      readonly kind: 'broker-partition'
      readonly broker: Role
      readonly way: 'both' | 'out' | 'in'
      readonly ms: number
    }
  /**
   * A copy that had been out of sync, and lacks the last `behind` records, is elected: all brokers in sync are down, and come back after
   * `downMs`.
   */
  | {
      readonly kind: 'unclean-election'
      readonly topic: string
      readonly partition: number
      readonly behind: number
      readonly downMs: number
    }
  /** For `ms` nothing can be written on this broker. */
  | { readonly kind: 'disk-full'; readonly broker: Role; readonly ms: number }
  /** For `ms` this broker learns nothing new of the cluster. */
  | { readonly kind: 'stale-metadata'; readonly broker: Role; readonly ms: number }
  /** For `ms` metadata answers, of one broker or any, name no leaders, or no brokers (and so no leaders). */
  | {
      readonly kind: 'empty-metadata'
      readonly broker: Role | 'all'
      readonly lacks: 'leaders' | 'brokers'
      readonly ms: number
    }
  | { readonly kind: 'controller-loss'; readonly ms: number }
  /** The coordinator of a group or of a transactional id moves, and the new one takes `ms` to read what the old one had stored. */
  | { readonly kind: 'coordinator-load'; readonly of: CoordinatorRole; readonly ms: number }
  /** For `ms`, markers that this transaction coordinator sends take `delayMs`: what was decided ends late, partition by partition. */
  | {
      readonly kind: 'slow-markers'
      readonly of: { readonly transactionCoordinatorOf: string }
      readonly delayMs: number
      readonly ms: number
    }
  | { readonly kind: 'cluster-reset' }
  /** The topic is deleted, and created again `goneMs` later. */
  | { readonly kind: 'topic-recreate'; readonly topic: string; readonly goneMs: number }
  /** All but the last `keep` records of the partition are deleted. */
  | { readonly kind: 'retention'; readonly topic: string; readonly partition: number; readonly keep: number }
  /** An operator stops the processes of the group, moves its committed offsets in a topic, and starts them again. */
  | { readonly kind: 'offset-reset'; readonly group: string; readonly topic: string; readonly to: OffsetResetTo }

/** As kafka-consumer-groups has it: --to-earliest, --to-latest, --to-offset. */
export type OffsetResetTo = 'earliest' | 'latest' | { readonly offset: number }

/** Faults are aimed by role, resolved when they strike. */
export type Role =
  | { readonly leaderOf: { readonly topic: string; readonly partition: number } }
  | CoordinatorRole
  | { readonly broker: number }

/** Of this group, or of this transactional id. */
export type CoordinatorRole = { readonly coordinatorOf: string } | { readonly transactionCoordinatorOf: string }
