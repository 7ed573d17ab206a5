/** What a user writes: the options of a trial, and the words in them. */
import type { FaultKind, Guarantee, Json, ProcessSpec, Topology } from '../harness/plan/plan.ts'

/** Words of tests for kinds of faults of plans. */
export const KINDS = {
  crash: ['crash'],
  'lost-ack': ['lost-ack'],
  'lost-request': ['lost-request'],
  pause: ['pause'],
  rebalance: ['pause', 'broker-restart'],
  'leader-move': ['leader-move'],
  'broker-restart': ['broker-restart'],
  'cluster-reset': ['cluster-reset'],
  'broker-reset': ['cluster-reset'],
  'slow-link': ['slow-link'],
  stop: ['stop'],
  'second-instance': ['second-instance'],
  zombie: ['pause', 'second-instance'],
  'cut-answer': ['cut-answer'],
  'error-answer': ['error-answer'],
  'black-hole': ['black-hole'],
  'stale-metadata': ['stale-metadata'],
  'empty-metadata': ['empty-metadata'],
  'coordinator-load': ['coordinator-load'],
  'slow-markers': ['slow-markers'],
  'controller-loss': ['controller-loss'],
  'disk-full': ['disk-full'],
  'broker-wipe': ['broker-wipe'],
  'machine-crash': ['machine-crash'],
  'broker-partition': ['broker-partition'],
  'unclean-election': ['unclean-election'],
  'topic-recreate': ['topic-recreate'],
  retention: ['retention'],
  'offset-reset': ['offset-reset'],
} as const satisfies Record<string, readonly FaultKind['kind'][]>

export type FaultWord = keyof typeof KINDS
export const FAULT_WORDS = Object.keys(KINDS) as FaultWord[]

/** What a trial tries unless it says what. The others are to be asked for. */
export const DEFAULT_FAULTS: readonly FaultWord[] = [
  'crash',
  'stop',
  'lost-ack',
  'lost-request',
  'pause',
  'rebalance',
  'leader-move',
  'broker-restart',
  'cluster-reset',
  'broker-reset',
  'slow-link',
]

export type Release = Topology['imitate']
export const RELEASES: readonly Release[] = ['2.8', '3.9']

export interface ProcessOptions {
  /** The entry module: `new URL('./orders.process.ts', import.meta.url)`. A process is started from a module, never from a closure. */
  readonly entry: URL
  /** Default: 1. */
  readonly instances?: number
  /** Handed to the entry module as `ctx.config`. */
  readonly config?: Json
  /** Default: started again 200 ms after it ended, 20 times at most. */
  readonly supervisor?: ProcessSpec['supervisor']
}

export interface WorkloadOptions<Value extends Json> {
  /** Where the inputs go: into a topic (the harness writes them), to a process (`ctx.input`), or into a file (`ctx.lines(file)`). */
  readonly topic?: string
  readonly process?: string
  readonly file?: string
  readonly count: number
  value(index: number): Value
  /** The identity of an input, read from its value; effects and outputs name it. */
  id(value: Value): string
  key?(value: Value): string | null
  /** Time between two inputs, in virtual milliseconds. Default: 20. */
  readonly everyMs?: number
}

export interface TrialOptions<Value extends Json = Json> {
  readonly topics: Readonly<Record<string, { readonly partitions: number }>>
  readonly processes: Readonly<Record<string, ProcessOptions>>
  readonly workload: WorkloadOptions<Value>
  /** Default: `DEFAULT_FAULTS`. */
  readonly faults?: readonly FaultWord[]
  readonly promises: Guarantee
  /** Default: 3. */
  readonly brokers?: number
  /**
   * The release of Kafka that the cluster imitates: its versions of requests, and whether it verifies that a transactional write belongs to a
   * transaction that is under way (KIP-890; 2.8 does not). Default: '3.9'.
   */
  readonly imitate?: Release
  /** Any string; the same seed finds the same. Default: 'ackward'. */
  readonly seed?: string
  /** Runs to make when nothing is found. Default: 200. */
  readonly runs?: number
}
