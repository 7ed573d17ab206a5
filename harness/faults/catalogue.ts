/**
 * The kinds of faults, one entry each: what an operator would call it, what it takes, what a cluster must be able to do for it, and
 * which promises of an application must still hold under it. A kind of `FaultKind` without an entry does not compile, nor does a
 * parameter without a word about it.
 */
import type { Capabilities } from '../cluster.ts'
import type { FaultKind, Guarantee } from '../plan/plan.ts'

export type FaultId = FaultKind['kind']
export type Promised = Exclude<Guarantee, 'none'>

/** Where in the stack it strikes. */
export type Layer = 'connection' | 'process' | 'broker' | 'cluster'

export interface Cover {
  /** Whether an application that promises this must keep it under this fault. */
  readonly holds: boolean
  readonly because: string
}

export interface FaultEntry<K extends FaultId = FaultId> {
  /** One line, in an operator's words. */
  readonly says: string
  readonly layer: Layer
  readonly parameters: { readonly [P in Exclude<keyof Extract<FaultKind, { kind: K }>, 'kind'>]-?: string }
  /** `needsOf` says what one fault of this kind needs; this is what the kind needs at least. */
  readonly needs: readonly (keyof Capabilities)[]
  readonly covers: Readonly<Record<Promised, Cover>>
}

const must = (because: string): Cover => ({ holds: true, because })
const excused = (because: string): Cover => ({ holds: false, because })
const all = (because: string): FaultEntry['covers'] => ({
  'at-most-once': must(because),
  'at-least-once': must(because),
  'exactly-once': must(because),
})

export const catalogue: { readonly [K in FaultId]: FaultEntry<K> } = {
  crash: {
    says: 'a process is killed (SIGKILL) in the middle of a call, and its supervisor starts it again',
    layer: 'process',
    parameters: {},
    needs: [],
    covers: all('processes die; the log, the committed offsets and the store of the application outlive them'),
  },
  pause: {
    says: 'a process stands still (SIGSTOP, a long garbage collection) and then goes on where it was, perhaps without its partitions',
    layer: 'process',
    parameters: { ms: 'how long it stands still' },
    needs: [],
    covers: all('who has lost its partitions is told so, or refused, before it can do harm'),
  },
  'lost-ack': {
    says: 'a request is carried out and its answer never comes, or comes too late',
    layer: 'connection',
    parameters: {
      how: 'fin, rst: the connection ends instead; late: the answer comes after lateMs',
      lateMs: 'how late, where how is late; longer than the timeout of the client if it is left out',
    },
    needs: ['requestFaults'],
    covers: all('nothing was lost: whoever asks again must bear that it was done already'),
  },
  'lost-request': {
    says: 'a request never reaches the broker: the connection ends first',
    layer: 'connection',
    parameters: { how: 'fin or rst: how the connection ends' },
    needs: ['requestFaults'],
    covers: all('nothing was done, and the client can see that it was not answered'),
  },
  'leader-move': {
    says: 'another broker becomes the leader of a partition, or the coordinator of a group; nothing is lost on the way',
    layer: 'cluster',
    parameters: { of: 'the leader of which partition, the coordinator of which group, or which broker' },
    needs: ['moveLeader'],
    covers: all('a leader that moves takes the whole log along, so everyday operations explain no loss'),
  },
  'broker-restart': {
    says: 'a broker goes down and comes back with everything it had stored',
    layer: 'broker',
    parameters: { broker: 'which broker, by role or by id', downMs: 'how long it is away' },
    needs: ['killBroker'],
    covers: all('a restart loses nothing: what was acknowledged comes back with the broker'),
  },
  'cluster-reset': {
    says: 'the whole cluster is made anew: same topic names, empty logs, no committed offsets',
    layer: 'cluster',
    parameters: {},
    needs: ['resetCluster'],
    covers: {
      'at-most-once': must('what is gone cannot be read again, so nothing needs to happen twice'),
      'at-least-once': excused('records that the cluster has thrown away cannot be handled by anybody'),
      'exactly-once': excused('its loss is excused as under at-least-once; a repetition is not'),
    },
  },
  'slow-link': {
    says: 'everything between a process and the brokers takes longer for a while',
    layer: 'connection',
    parameters: { latencyMs: 'how much longer each way takes', ms: 'for how long' },
    needs: ['requestFaults'],
    covers: all('late is not lost: a client that has given up waiting must assume that it may have happened'),
  },
}

/** In the order in which they are listed to people. */
export const faultIds = Object.keys(catalogue) as readonly FaultId[]

export function isFaultId(text: string): text is FaultId {
  return Object.hasOwn(catalogue, text)
}

/** What a cluster must be able to do so that this fault can strike. */
export function needsOf(fault: FaultKind): readonly (keyof Capabilities)[] {
  if (fault.kind === 'leader-move' && 'coordinatorOf' in fault.of) return ['moveCoordinator']
  return catalogue[fault.kind].needs
}

/** Whether this promise must hold under all these faults. */
export function covered(promise: Guarantee, kinds: readonly FaultId[]): boolean {
  return promise === 'none' || kinds.every((kind) => catalogue[kind].covers[promise].holds)
}
