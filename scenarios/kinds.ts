/** Kinds of faults by what they mean for an application; a scenario may draw from its own list. */
import type { FaultKind } from '../harness/plan/plan.ts'

type Kinds = readonly FaultKind['kind'][]

/** What happens in production on any day: nothing that was stored is lost. */
export const everyday: Kinds = [
  'crash',
  'stop',
  'lost-ack',
  'lost-request',
  'pause',
  'leader-move',
  'broker-restart',
  'slow-link',
]

/** What happens to brokers that have copies of each other: nothing that two of three have is lost, but for power that fails at both. */
export const replicas: Kinds = [
  'crash',
  'lost-ack',
  'leader-move',
  'broker-restart',
  'broker-partition',
  'stale-metadata',
  'slow-link',
]

/** A coordinator goes, or its partition moves: the next one reads what it had written, and only that. */
export const failovers: Kinds = ['crash', 'broker-restart', 'leader-move', 'coordinator-load', 'broker-partition']

/** The log starts again. */
export const resets: Kinds = ['cluster-reset']

/** What a transaction meets besides: zombies, and coordinators that move, load and take their time. */
export const transactional: Kinds = [...everyday, 'second-instance', 'coordinator-load', 'slow-markers']
