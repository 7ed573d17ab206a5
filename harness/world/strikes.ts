/**
 * Carries out what strikes at a point of a call. Each answers in an operator's words what it did, or why it could not: a fault that
 * had nothing to strike is not counted.
 */
import type { Fault, Role } from '../plan/plan.ts'
import type { Pending } from './requests.ts'

/** The levers. `world.ts` holds them. */
export interface Levers {
  kill(process: string, why: string): boolean
  pause(process: string, ms: number): boolean
  /** The connection ends before these bytes leave. */
  loseRequest(pending: Pending, how: 'fin' | 'rst'): void
  /** The answer is to be lost; answers later whether it was. */
  loseAnswer(index: number, pending: Pending, how: 'fin' | 'rst' | 'late', lateMs: number): void
  brokerOf(role: Role): number | null
  /** Another broker that is up; null when there is none. */
  otherBroker(than: number): number | null
  moveLeader(role: Role, to: number): string | undefined
  restartBroker(broker: number, downMs: number): boolean
  resetCluster(): void
  slowLink(process: string, latencyMs: number, ms: number): void
}

export type Struck =
  | { readonly is: 'struck' | 'missed'; readonly detail: string }
  /** Known only when the answer is due. */
  | { readonly is: 'pending' }

export const DEFAULT_LATE_MS = 60_000

export function strike(index: number, fault: Fault, pending: Pending | undefined, levers: Levers): Struck {
  const { process } = fault.at
  switch (fault.kind) {
    case 'crash':
      return levers.kill(process, 'by a fault') ? struck(`${process} was killed`) : missed(`${process} was not running`)
    case 'pause':
      return levers.pause(process, fault.ms)
        ? struck(`${process} was paused for ${fault.ms} ms`)
        : missed(`${process} was not running`)
    case 'lost-request':
      if (pending === undefined || fault.at.point !== 'before') return missed('not a request that was about to leave')
      levers.loseRequest(pending, fault.how)
      return struck(`the request of ${process} never reached the broker (${fault.how.toUpperCase()})`)
    case 'lost-ack':
      if (pending === undefined || fault.at.point === 'answered')
        return missed('not a request that waits for its answer')
      levers.loseAnswer(index, pending, fault.how, fault.lateMs ?? DEFAULT_LATE_MS)
      return { is: 'pending' }
    case 'leader-move': {
      const from = levers.brokerOf(fault.of)
      const to = from === null ? null : levers.otherBroker(from)
      if (from === null || to === null) return missed('there is no other broker to move to')
      const error = levers.moveLeader(fault.of, to)
      return error === undefined ? struck(`${roleName(fault.of)} moved from broker ${from} to ${to}`) : missed(error)
    }
    case 'broker-restart': {
      const broker = levers.brokerOf(fault.broker)
      if (broker === null) return missed(`nobody is ${roleName(fault.broker)}`)
      return levers.restartBroker(broker, fault.downMs)
        ? struck(`broker ${broker} (${roleName(fault.broker)}) went down for ${fault.downMs} ms`)
        : missed(`broker ${broker} was down already`)
    }
    case 'cluster-reset':
      levers.resetCluster()
      return struck('the whole cluster was made anew: empty logs, no committed offsets')
    case 'slow-link':
      levers.slowLink(process, fault.latencyMs, fault.ms)
      return struck(`the link of ${process} took ${fault.latencyMs} ms more for ${fault.ms} ms`)
  }
}

export function roleName(role: Role): string {
  if ('broker' in role) return `broker ${role.broker}`
  if ('coordinatorOf' in role) return `the coordinator of ${role.coordinatorOf}`
  return `the leader of ${role.leaderOf.topic}/${role.leaderOf.partition}`
}

const struck = (detail: string): Struck => ({ is: 'struck', detail })
const missed = (detail: string): Struck => ({ is: 'missed', detail })
