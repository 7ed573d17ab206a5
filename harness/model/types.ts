/**
 * The walls of the model: what goes into `step`, what comes out, and what a handler sees.
 *
 * The model is one state, changed in place by one pure-looking function. It has no clock of its own (`nowMs` is given), no
 * randomness of its own (`draws` is given), no Promise and no socket; that is why the same code is simulated and serves on TCP.
 */
import type { ResetTo } from '../cluster.ts'
import type { ClusterEvent } from '../history/op.ts'
import type { ErrorName } from '../wire/error-codes.ts'
import type { PeerMessage } from './replication/peers.ts'
import type { ClusterState } from './state.ts'

/** Identifies one connection of a client to one broker, for as long as it is open. Never reused within a run. */
export type ConnectionId = number

/** A decoded request. `body` is what `wire` decodes for (apiKey, apiVersion). */
export interface Request {
  readonly connection: ConnectionId
  readonly broker: number
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
  /** The peer's host name as the broker sees it; goes into member descriptions ("/10.0.0.7"). */
  readonly clientHost: string
  readonly body: unknown
  /** It is answered with this error and not carried out: a fault says so. */
  readonly refuse?: ErrorName
}

/** What an operator can order. Roles are resolved to ids before they get here. */
export type Verb =
  | {
      readonly do: 'create-topic'
      readonly topic: string
      readonly partitions: number
      readonly config?: Record<string, string>
    }
  | { readonly do: 'delete-topic'; readonly topic: string }
  /**
   * Deleted and created again under the same name: a new topic id, offsets start at 0. As in Kafka, coordinators that are up forget
   * what groups had committed for it (GroupCoordinator.onPartitionsDeleted); a consumer that goes on may commit its old position again.
   */
  | { readonly do: 'recreate-topic'; readonly topic: string }
  /** To a broker with a copy in sync; a lone copy is carried along to any. */
  | { readonly do: 'move-leader'; readonly topic: string; readonly partition: number; readonly to: number }
  | { readonly do: 'move-coordinator'; readonly group: string; readonly to: number }
  | { readonly do: 'move-coordinator'; readonly transactionalId: string; readonly to: number }
  /** Markers that this coordinator sends from now on take so long; null: as configured. Those on their way keep their time. */
  | { readonly do: 'slow-markers'; readonly coordinator: number; readonly delayMs: number | null }
  /** Every coordinator that begins to load from now on, of groups or of transactions, takes so long; null: as configured. */
  | { readonly do: 'slow-loading'; readonly loadMs: number | null }
  /** Retention, or an operator: records before this offset are gone. Past the high watermark is OFFSET_OUT_OF_RANGE. */
  | { readonly do: 'delete-records'; readonly topic: string; readonly partition: number; readonly before: bigint }
  /** kafka-consumer-groups --reset-offsets, for all partitions of the topic. NON_EMPTY_GROUP unless the group is inactive. */
  | { readonly do: 'reset-offsets'; readonly group: string; readonly topic: string; readonly to: ResetTo }
  /** `lostMs`: its machine went down with it, and what was written in the last so many milliseconds had not reached the disk. */
  | { readonly do: 'broker-down'; readonly broker: number; readonly lostMs?: number }
  | { readonly do: 'broker-up'; readonly broker: number }
  /** It must be down: what it had on its volumes is gone, or all but what groups had committed. */
  | { readonly do: 'wipe-broker'; readonly broker: number; readonly keeps: 'nothing' | 'offsets' }
  /** Nothing more can be written on this broker: the first append that tries takes its log directory offline. */
  | { readonly do: 'disk-full'; readonly broker: number }
  /** There is room again; a log directory that went offline is back when its broker was restarted, which this does. */
  | { readonly do: 'disk-freed'; readonly broker: number }
  /** What this broker knows of the cluster stands still, or goes on from the latest picture. */
  | { readonly do: 'hold-metadata'; readonly broker: number; readonly held: boolean }
  /** What this broker's metadata answers lack. */
  | { readonly do: 'hide-metadata'; readonly broker: number; readonly lacks: MetadataLack }
  /** Nothing gets from one broker to the other, this way; what is sent comes once it is mended. */
  | { readonly do: 'cut-link' | 'mend-link'; readonly from: number; readonly to: number }
  /** A follower's copy is as if it had been out of sync for a while: it lacks the last `behind` records that readers may see. */
  | {
      readonly do: 'lag-copy'
      readonly topic: string
      readonly partition: number
      readonly broker: number
      readonly behind: number
    }
  /** kafka-leader-election --election-type unclean: who leads is elected anew, in sync or not, where nobody does. */
  | { readonly do: 'elect-unclean'; readonly topic: string; readonly partition: number }
  /** While it is gone no topic changes, no leader is elected, and no broker learns anything new. */
  | { readonly do: 'controller-down' }
  | { readonly do: 'controller-up' }
  /** The whole cluster anew: new cluster id, new topic ids, logs and committed offsets and groups gone; same topic names. */
  | { readonly do: 'reset-cluster' }
  /** A record written by the harness itself, exactly once: `bytes` is one batch of format 2. The answer says where it went. */
  | { readonly do: 'append'; readonly topic: string; readonly partition: number; readonly bytes: Uint8Array }

/** no brokers: and so no leaders, as leaders are brokers. */
export type MetadataLack = 'nothing' | 'leaders' | 'brokers'

export type Input =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'timer'; readonly broker: number; readonly id: number }
  | { readonly kind: 'closed'; readonly connection: ConnectionId }
  | { readonly kind: 'operator'; readonly verb: Verb }

export type Output =
  /** `body` is the answer as `wire` encodes it for the request's (apiKey, apiVersion); null: done, and nothing is sent (acks=0). */
  | { readonly kind: 'answer'; readonly request: Request; readonly body: unknown }
  /** The request's turn has come and what it orders has been done; its answer may come later. The point `applied`. */
  | { readonly kind: 'taken'; readonly request: Request }
  /** The broker closes the connection: malformed request, unsupported version, broker going down, or acks=0 with an error. */
  | { readonly kind: 'close'; readonly connection: ConnectionId; readonly why: string; readonly how: 'fin' | 'rst' }
  /** Ask to be called back at `atMs` with `{ kind: 'timer', broker, id }`. Ids come from the state; a stale timer is ignored. */
  | { readonly kind: 'timer'; readonly broker: number; readonly id: number; readonly atMs: number }
  /** What the history shall know of the cluster. `request` is the one that caused it, where there is one. */
  | { readonly kind: 'note'; readonly event: ClusterEvent; readonly request?: Request }
  /** What an operator appended is in all copies that are in sync. Only where there are several. */
  | { readonly kind: 'replicated'; readonly topic: string; readonly partition: number; readonly bytes: Uint8Array }
  /** The answer to an operator's verb. `error` is a Kafka error name. */
  | { readonly kind: 'done'; readonly verb: Verb; readonly error?: string; readonly baseOffset?: bigint }

/** The model's named draws (member ids, topic ids, producer id blocks): the same stream gives the same answers. */
export interface Draws {
  /** A whole number in [0, below). */
  int(name: string, below: number): number
  /** A uuid in Kafka's textual form is made from these 16 bytes. */
  bytes(name: string, length: number): Uint8Array
}

/** What a handler gets. It changes `state` in place and emits outputs; it answers now, later (by keeping the request), or never. */
export interface Context {
  readonly state: ClusterState
  readonly nowMs: number
  readonly draws: Draws
  emit(output: Output): void
  /** Answers `request` and, as Kafka does, lets the next request of the same connection be taken up. */
  answer(request: Request, body: unknown): void
  note(event: ClusterEvent, request?: Request): void
  /** Arms a timer of `broker` and returns its id. `fire` is plain data; `model/timers` says who handles it. */
  arm(broker: number, atMs: number, fire: TimerPurpose): number
  disarm(id: number): void
}

/** Why a timer was armed. Plain data, so that the state could be printed. Extend here; `cluster.ts` dispatches. */
export type TimerPurpose =
  | { readonly why: 'fetch-wait'; readonly fetch: number }
  | { readonly why: 'join-complete'; readonly group: string; readonly rebalance: number }
  | { readonly why: 'initial-delay'; readonly group: string; readonly rebalance: number }
  | { readonly why: 'sync-expired'; readonly group: string; readonly generation: number }
  | { readonly why: 'session'; readonly group: string; readonly member: string }
  | { readonly why: 'new-member'; readonly group: string; readonly member: string }
  | { readonly why: 'groups-loaded'; readonly groups: number }
  /** `transactions` is the partition of `__transaction_state`. */
  | { readonly why: 'transactions-loaded'; readonly transactions: number }
  | { readonly why: 'abort-timed-out'; readonly transactions: number }
  | {
      readonly why: 'marker-arrives'
      readonly transactions: number
      readonly transactionalId: string
      readonly topic: string
      readonly partition: number
    }
  | { readonly why: 'completed-again'; readonly transactions: number; readonly transactionalId: string }
  | { readonly why: 'logs-looked-at' }
  | { readonly why: 'controller-awaited'; readonly request: string }
  | { readonly why: 'metadata-arrives'; readonly version: number }
  /** Between brokers, to replicate (replication/). */
  | { readonly why: 'peer'; readonly message: PeerMessage }
  | { readonly why: 'peer-wait'; readonly follower: number }
  | { readonly why: 'fetch-again'; readonly leader: number }
  | { readonly why: 'isr-looked-at'; readonly topic: string; readonly partition: number }
  | { readonly why: 'in-sync-awaited'; readonly topic: string; readonly partition: number; readonly awaited: number }
