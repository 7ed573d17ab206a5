/**
 * What a run leaves behind: an append-only list of operations, plain JSON.
 *
 * An operation is invoked and then ends as `ok`, `fail` (it did not happen) or `unknown` (it may or may not have happened):
 * the third outcome is what makes checking sound (Jepsen's `info`). Things that just happen (a record was appended, a process
 * was killed) are single ops of phase `ok` without an `of`.
 *
 * Offsets are decimal strings, as JSON has no 64-bit integers.
 */

import type { AdminBody, Options, TransactionBody } from './client-calls.ts'

/** Which boundary an op was seen at. */
export type At = 'application' | 'client' | 'cluster' | 'harness'
export type Phase = 'invoke' | 'ok' | 'fail' | 'unknown'

export interface Op {
  /** Position in the history; equals its index in the array. */
  readonly index: number
  readonly nowMs: number
  /** The process it belongs to; '' for the cluster and the harness. */
  readonly process: string
  /** 1 for the first life of a process, then 2, … ; 0 for the cluster and the harness. */
  readonly incarnation: number
  /** Sequence number of the event in which it was recorded. */
  readonly cause: number
  readonly at: At
  readonly phase: Phase
  /** Index of the op of phase `invoke` that this one ends. */
  readonly of?: number
  readonly body: Body
}

/** A record's place and identity. `message` is '' where the record has no identity. */
export interface RecordRef {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly message: string
}

export interface PartitionOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** Where code stands. `package`: '' for the project's own, and `file` is relative to it. */
export interface LoopPlace {
  readonly package: string
  readonly file: string
  readonly line: number
}

export interface Failure {
  /** Error class name, e.g. `KafkaJSNumberOfRetriesExceeded`. Messages are for people and never hashed. */
  readonly name: string
  /** Kafka's error name (`NOT_LEADER_OR_FOLLOWER`), Node's code (`ECONNRESET`) or ''. */
  readonly code: string
  readonly retriable: boolean | null
  readonly message: string
}

/** What the application did and saw. */
export type ApplicationBody =
  /** eachMessage or eachBatch was called with these records. Invoke; ok when it returned, fail when it threw. */
  | {
      readonly what: 'handler'
      readonly group: string
      readonly records: readonly RecordRef[]
      /** What eachBatch was told of the end of the log; eachMessage is told nothing. */
      readonly highWatermark?: string
      readonly error?: Failure
    }
  /** A call of `effects`. `messages` are the inputs it came from. ok when it is known to have been applied. */
  | {
      readonly what: 'effect'
      readonly verb: string
      readonly key: string
      readonly messages: readonly string[]
      readonly value?: unknown
    }
  /** The effect became durable in the team's store, whether or not the application learns of it. Single op. */
  | {
      readonly what: 'applied'
      readonly verb: string
      readonly key: string
      readonly messages: readonly string[]
      readonly effect: number
    }
  /** The harness handed this message to the application as input. Single op. */
  | { readonly what: 'input'; readonly message: string }
  | { readonly what: 'log'; readonly level: string; readonly text: string }

/** What the client's API promised the application. */
export type ClientBody =
  | {
      readonly what: 'send'
      readonly producer: number
      readonly idempotent: boolean
      readonly acks: number
      /** The number of the producer's transaction that it is part of. */
      readonly transaction?: number
      readonly records: readonly {
        readonly topic: string
        readonly partition: number | null
        readonly message: string
        readonly key: string | null
      }[]
      /** On ok: what the client reported per partition; offset may be '' when it does not know. */
      readonly stored?: readonly PartitionOffset[]
      readonly error?: Failure
    }
  | {
      readonly what: 'commit'
      readonly consumer: number
      readonly group: string
      readonly offsets: readonly PartitionOffset[]
      readonly error?: Failure
    }
  | {
      readonly what: 'connect' | 'disconnect' | 'subscribe' | 'run' | 'stop'
      readonly client: string
      readonly options?: Options
      readonly error?: Failure
    }
  | TransactionBody
  | AdminBody
  /** The application declared where to go on reading; it may not be assigned to it. Single op. */
  | ({ readonly what: 'seek'; readonly consumer: number; readonly group: string } & PartitionOffset)
  /** The consumer told the application what it owns now (kafkajs' GROUP_JOIN). Single op. */
  | {
      readonly what: 'assigned'
      readonly consumer: number
      readonly group: string
      readonly generation: number
      readonly member: string
      readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
    }
  /** The consumer told the application that it lost its assignment, or that a rebalance began. Single op. */
  | { readonly what: 'revoked'; readonly consumer: number; readonly group: string; readonly why: string }
  | {
      readonly what: 'crashed'
      readonly consumer: number
      readonly group: string
      readonly restart: boolean
      readonly error: Failure
    }

/** What the cluster stored, decided and served. All are single ops, emitted by the model as notes. */
export type ClusterEvent =
  | {
      readonly what: 'appended'
      readonly topic: string
      readonly topicId: string
      readonly partition: number
      readonly baseOffset: string
      /** One entry per record, in offset order from baseOffset; identity by header `ackward-id`, else by key, else ''. */
      readonly messages: readonly string[]
      readonly leaderEpoch: number
      readonly producerId: string
      readonly producerEpoch: number
      readonly baseSequence: number
      /** CRC of the batch as it lies in the log, in hex: what a reader must get. */
      readonly crc: string
      /** Part of a transaction of its producer: read_committed readers wait for the marker. */
      readonly transactional?: true
      /** By a leader that has not heard that another one leads: it is lost. */
      readonly deposed?: true
    }
  /** The marker that ends the transaction of a producer in a partition; it takes an offset, and no reader is handed it. */
  | {
      readonly what: 'marker'
      readonly topic: string
      readonly topicId: string
      readonly partition: number
      readonly offset: string
      readonly producerId: string
      readonly producerEpoch: number
      readonly is: 'commit' | 'abort'
    }
  /** A transactional id came into a state, in Kafka's words. The partitions are those of its transaction. */
  | {
      readonly what: 'transaction'
      readonly transactionalId: string
      readonly state: string
      readonly producerId: string
      readonly producerEpoch: number
      readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
    }
  /** InitProducerId gave this out. `comesBack`: to who named a producer id and an epoch that it had (KIP-360). */
  | {
      readonly what: 'producer'
      readonly transactionalId: string | null
      readonly producerId: string
      readonly producerEpoch: number
      /** After which a transaction of it that nobody ended is aborted; 0 without a transactional id. */
      readonly timeoutMs: number
      readonly comesBack: boolean
    }
  /** Records before this offset were deleted: by this limit of their topic, or, without one, because somebody ordered it. */
  | {
      readonly what: 'log-start'
      readonly topic: string
      readonly topicId: string
      readonly partition: number
      readonly offset: string
      readonly by?: 'retention.ms' | 'retention.bytes'
    }
  /**
   * A later record has the key of these (newer), they were aborted, or had no value for long enough (tombstone): compaction took them out of
   * the log, up to an offset before which it may have taken others earlier.
   */
  | {
      readonly what: 'compacted'
      readonly topic: string
      readonly topicId: string
      readonly partition: number
      readonly upTo: string
      readonly records: readonly {
        readonly offset: string
        readonly message: string
        readonly why: 'newer' | 'tombstone' | 'aborted' | 'no key'
      }[]
    }
  /** The one copy of this partition was lost with its volume: its log begins again at 0, under the same topic id. */
  | { readonly what: 'wiped'; readonly topic: string; readonly topicId: string; readonly partition: number }
  /** A produce request was a duplicate of a batch in the window: nothing was appended, this offset was answered. */
  | {
      readonly what: 'duplicate'
      readonly topic: string
      readonly partition: number
      readonly baseOffset: string
      readonly producerId: string
      readonly producerEpoch: number
      readonly baseSequence: number
      readonly messages: readonly string[]
    }
  | {
      readonly what: 'refused'
      readonly api: string
      readonly error: string
      readonly transactionalId?: string
      readonly topic?: string
      readonly partition?: number
      readonly messages?: readonly string[]
    }
  /** A fetch answer with records left a broker. */
  | {
      readonly what: 'fetched'
      readonly topic: string
      readonly topicId: string
      readonly partition: number
      readonly from: string
      readonly records: readonly { readonly offset: string; readonly message: string }[]
    }
  | {
      readonly what: 'committed'
      readonly group: string
      readonly generation: number
      readonly member: string
      readonly topic: string
      readonly partition: number
      readonly offset: string
      /** Committed in a transaction of this producer, and visible since its marker. */
      readonly producerId?: string
    }
  | {
      readonly what: 'group'
      readonly group: string
      readonly state: string
      readonly generation: number
      readonly members: readonly { readonly member: string; readonly client: string; readonly instance?: string }[]
    }
  /** The leader of the group handed out this assignment: the moment from which partitions have one owner. */
  | {
      readonly what: 'assignment'
      readonly group: string
      readonly generation: number
      readonly owners: readonly { readonly member: string; readonly topic: string; readonly partition: number }[]
    }
  | {
      readonly what: 'leader'
      readonly topic: string
      readonly partition: number
      readonly leader: number
      readonly epoch: number
      /** Elected though it was not in sync: what only others had is gone. */
      readonly unclean?: true
    }
  /** Who is in sync changed; its leader stayed. */
  | {
      readonly what: 'isr'
      readonly topic: string
      readonly partition: number
      readonly leader: number
      readonly epoch: number
      readonly isr: readonly number[]
    }
  /**
   * The new leader of this epoch has nothing from this offset on; its last leader had these messages there. `committed`: readers may have seen
   * some of it. `disk`: they had not reached the disk of the last one in sync when its machine went down.
   */
  | {
      readonly what: 'lost'
      readonly topic: string
      readonly topicId: string
      readonly partition: number
      readonly from: string
      readonly epoch: number
      readonly unclean: boolean
      readonly disk: boolean
      readonly committed: boolean
      readonly messages: readonly string[]
    }
  /** The new leader of this epoch has these messages from this offset on, which an earlier one had not: they are not lost after all. */
  | {
      readonly what: 'regained'
      readonly topic: string
      readonly topicId: string
      readonly partition: number
      readonly from: string
      readonly epoch: number
      readonly messages: readonly string[]
    }
  /** A broker cut its copy back to `to`: its leader has other records there, or none, or its disk had lost them. */
  | {
      readonly what: 'truncated'
      readonly topic: string
      readonly topicId: string
      readonly partition: number
      readonly broker: number
      readonly from: string
      readonly to: string
    }
  | {
      readonly what: 'topic'
      readonly topic: string
      readonly topicId: string
      readonly is: 'created' | 'deleted'
      readonly partitions: number
    }
  | { readonly what: 'cluster-reset'; readonly clusterId: string }
  | { readonly what: 'broker'; readonly broker: number; readonly is: 'up' | 'down' }
  | { readonly what: 'malformed'; readonly broker: number; readonly why: string }

/** What the harness did. */
export type HarnessBody =
  | {
      readonly what: 'phase'
      readonly phase: 'safety' | 'heal' | 'operator-restart' | 'rest' | 'end'
      readonly note?: string
    }
  | {
      readonly what: 'fault'
      readonly fault: number
      readonly kind: string
      readonly is: 'struck' | 'missed' | 'lifted'
      readonly detail: string
    }
  | {
      readonly what: 'process'
      readonly is: 'started' | 'killed' | 'paused' | 'resumed' | 'hung' | 'exited' | 'crashed' | 'stopped' | 'gave-up'
      readonly why?: string
      /** Of `hung`: the loop that it does not come out of. */
      readonly loop?: LoopPlace
      readonly error?: Failure
    }
  /** The harness wrote this message of the workload into the topic, once. */
  | {
      readonly what: 'written'
      readonly topic: string
      readonly partition: number
      readonly offset: string
      readonly message: string
    }
  /** Log end and start of every partition and the committed offsets of every group, as they are at the end of a phase. */
  | {
      readonly what: 'state'
      readonly logs: readonly {
        readonly topic: string
        readonly topicId: string
        readonly partition: number
        readonly start: string
        readonly end: string
        readonly online: boolean
      }[]
      readonly committed: readonly {
        readonly group: string
        readonly topic: string
        readonly partition: number
        readonly offset: string
      }[]
    }

export type Body = ApplicationBody | ClientBody | ClusterEvent | HarnessBody

/** Everything that properties may look at. */
export interface History {
  readonly ops: readonly Op[]
}
