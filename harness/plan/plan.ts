/**
 * The plan: everything one run needs, as plain JSON of format 1. `schema.ts` reads one from a file.
 * Same plan and same code give the same trace, byte for byte.
 */
import type { FaultKind } from './fault.ts'

export type { CoordinatorRole, FaultKind, OffsetResetTo, Role } from './fault.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** What an application promises about the effects of its inputs. */
export type Guarantee = 'none' | 'at-most-once' | 'at-least-once' | 'exactly-once'

export interface Plan {
  readonly format: 1
  /** Name of the scenario or trial it belongs to. */
  readonly scenario: string
  readonly promise: Guarantee
  readonly seed: string
  readonly topology: Topology
  readonly processes: readonly ProcessSpec[]
  readonly workload: readonly WorkItem[]
  readonly faults: readonly Fault[]
  readonly delays: readonly Delay[]
  readonly limits: Limits
  /** Present once the plan was kept for a finding. */
  readonly saved?: Saved
}

export interface Topology {
  readonly brokers: number
  /**
   * Copies of each partition, internal topics included, on so many brokers. 1: every topic has one, whatever an application asks for; moves
   * carry it along and lose nothing, the high watermark is the log end, and a partition whose broker is down is offline.
   */
  readonly replication: number
  /** min.insync.replicas of all topics. Absent: 1. */
  readonly minInSync?: number
  /** How long a broker takes to hear of a new topic, of another leader. Absent: it hears at once. */
  readonly metadataDelayMs?: number
  /** unclean.leader.election.enable. Absent: it is off. */
  readonly uncleanElection?: true
  /** broker.rack of broker 1, 2, …. Absent: brokers have none. */
  readonly racks?: readonly string[]
  /** replica.selector.class: readers who say in which rack they are are sent to a copy there (KIP-392). Absent: nobody is. */
  readonly replicaSelector?: 'rack-aware'
  /** The release whose versions and behaviour the cluster imitates. */
  readonly imitate: '2.8' | '3.9'
  /** Clients are told that the cluster has transactions. Absent: they are not, as in plans that were made before it had any. */
  readonly transactions?: true
  readonly topics: readonly { readonly name: string; readonly partitions: number }[]
  /** One-way latency between any two hosts, in virtual milliseconds. */
  readonly latencyMs: number
  /** Whether bytes arrive in chunks cut at drawn places rather than whole. */
  readonly chunks: 'whole' | 'cut'
}

export interface ProcessSpec {
  readonly name: string
  /** `ackward:apps/commit-before`, or a path relative to the project. */
  readonly entry: string
  /** Handed to the entry module as `ctx.config`. */
  readonly config: Json
  readonly supervisor: { readonly restartAfterMs: number; readonly maxRestarts: number }
  readonly startAtMs?: number
}

/**
 * One input. To a topic: the harness writes it there, once. To a process: it is what that process is told to send. To a file: it is the
 * next line of it, which stays there for every process, and every life of one, to read.
 */
export interface WorkItem {
  readonly id: string
  readonly to:
    | { readonly topic: string; readonly partition?: number }
    | { readonly process: string }
    | { readonly file: string }
  readonly key: string | null
  readonly value: Json
  readonly atMs: number
}

/** Where something strikes: by cause and subject, never by clock or count. */
export interface Anchor {
  readonly process: string
  readonly incarnation: number
  readonly call: { readonly api: string } | { readonly effect: string }
  readonly subject: Subject
  /** The how-manieth such call with this subject in this life: 1, 2, … */
  readonly attempt: number
  readonly point: Point
}

/** before: not applied yet. applied: applied, its answer still on the way. answered: the process has the answer. */
export type Point = 'before' | 'applied' | 'answered'

/**
 * What a call is about. A place in a log is named by the message before it (`orders/0:m17` is "just after m17 in orders/0",
 * `orders/0:` its beginning), so that deleting other messages does not move it.
 */
export type Subject =
  | { readonly messages: readonly string[] }
  | { readonly after: readonly string[] }
  | { readonly group: string; readonly generation: number }
  | { readonly transactionalId: string }
  | { readonly none: true }

export interface Delay {
  readonly at: Anchor
  readonly delayMs: number
}

export type Fault = { readonly at: Anchor } & FaultKind

export interface Limits {
  readonly events: number
  readonly virtualMs: number
}

export interface Saved {
  readonly ackward: string
  readonly client: string
  /** `property/party` it is kept for. */
  readonly finding: string
  /** `property/clause` of the sentence whose breach it comes from. Absent in plans that were kept before it was told. */
  readonly cause?: string
  readonly traceHash: string
}
