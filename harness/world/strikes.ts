/**
 * Carries out what strikes at a point of a call. Each answers in an operator's words what it did, or why it could not: a fault that
 * had nothing to strike is not counted.
 */
import type { Fault, Role } from '../plan/plan.ts'
import { secondOf } from '../plan/second.ts'
import type { Levers } from './levers.ts'
import type { Pending } from './requests.ts'

export type Struck =
  | { readonly is: 'struck' | 'missed'; readonly detail: string }
  /** Known only later: when the answer is due, or an operator has done. */
  | { readonly is: 'pending' }

export const DEFAULT_LATE_MS = 60_000

export function strike(index: number, fault: Fault, pending: Pending | undefined, levers: Levers): Struck {
  const { process } = fault.at
  switch (fault.kind) {
    case 'crash':
      return levers.kill(process, 'by a fault') ? struck(`${process} was killed`) : notRunning(process)
    case 'pause': {
      const long =
        fault.until === undefined ? `for ${fault.ms} ms` : `until ${fault.ms} ms after its successor has started`
      return levers.pause(process, fault.ms, fault.until)
        ? struck(`${process} was paused ${long}`)
        : notRunning(process)
    }
    case 'stop':
      return levers.stop(process, fault.graceMs)
        ? struck(`${process} was asked to stop (SIGTERM)`)
        : missed(`${process} was not running, or was asked already`)
    case 'second-instance':
      return levers.startSecond(process, fault.afterMs)
        ? struck(`${secondOf(process)}, a second instance of ${process}, starts ${fault.afterMs} ms later`)
        : missed(`there is a second instance of ${process} already`)
    case 'lost-request':
    case 'lost-ack':
    case 'cut-answer':
    case 'error-answer':
      return strikeRequest(index, fault, pending, levers)
    case 'slow-link':
      levers.slowLink(process, fault.latencyMs, fault.ms)
      return struck(`the link of ${process} took ${fault.latencyMs} ms more for ${fault.ms} ms`)
    case 'black-hole': {
      const broker = fault.broker === 'all' ? null : levers.brokerOf(fault.broker)
      if (fault.broker !== 'all' && broker === null) return nobodyIs(fault.broker)
      levers.hole(process, broker, fault.way, fault.ms)
      const whom = broker === null ? 'the brokers' : `broker ${broker} (${roleName(fault.broker as Role)})`
      const way = { both: 'between', up: 'from', down: 'to' }[fault.way]
      return struck(
        `nothing got through ${way} ${process} ${{ both: 'and', up: 'to', down: 'from' }[fault.way]} ${whom} for ${fault.ms} ms`,
      )
    }
    default:
      return strikeCluster(index, fault, levers)
  }
}

type OfKind<K extends Fault['kind']> = Extract<Fault, { readonly kind: K }>
type RequestFault = OfKind<'lost-request' | 'lost-ack' | 'cut-answer' | 'error-answer'>

function strikeRequest(index: number, fault: RequestFault, pending: Pending | undefined, levers: Levers): Struck {
  const { process, point } = fault.at
  if (fault.kind === 'lost-request') {
    if (pending === undefined || point !== 'before') return missed('not a request that was about to leave')
    levers.loseRequest(pending, fault.how)
    return struck(`the request of ${process} never reached the broker (${fault.how.toUpperCase()})`)
  }
  if (pending === undefined || point === 'answered') return missed('not a request that waits for its answer')
  if (fault.kind === 'lost-ack') {
    const { how, lateMs = DEFAULT_LATE_MS } = fault
    levers.decide(pending, how === 'late' ? { index, is: 'late', lateMs } : { index, is: 'lost', how })
  } else if (fault.kind === 'cut-answer') {
    levers.decide(pending, { index, is: 'cut', how: fault.how, bytes: fault.bytes })
  } else if (point === 'before') {
    levers.refuse(pending, fault.error)
    return struck(`the request of ${process} was answered ${fault.error} and not carried out`)
  } else levers.decide(pending, { index, is: 'error', error: fault.error })
  return { is: 'pending' }
}

type ClusterFault = Exclude<
  Fault,
  { readonly kind: 'crash' | 'pause' | 'stop' | 'second-instance' | 'slow-link' | 'black-hole' | RequestFault['kind'] }
>

function strikeCluster(index: number, fault: ClusterFault, levers: Levers): Struck {
  switch (fault.kind) {
    case 'leader-move': {
      const from = levers.brokerOf(fault.of)
      const to = from === null ? null : levers.otherBroker(from, fault.of)
      if (from === null || to === null) return missed('there is no other broker to move to')
      const error = levers.moveLeader(fault.of, to)
      return error === undefined ? struck(`${roleName(fault.of)} moved from broker ${from} to ${to}`) : missed(error)
    }
    case 'coordinator-load': {
      const from = levers.brokerOf(fault.of)
      const to = from === null ? null : levers.otherBroker(from, fault.of)
      if (from === null || to === null) return missed('there is no other broker to move to')
      const error = levers.loadCoordinator(fault.of, to, fault.ms)
      if (error !== undefined) return missed(error)
      return struck(`${roleName(fault.of)} moved from broker ${from} to ${to}, which loads for ${fault.ms} ms`)
    }
    case 'slow-markers': {
      const broker = levers.brokerOf(fault.of)
      if (broker === null) return nobodyIs(fault.of)
      levers.slowMarkers(broker, fault.delayMs, fault.ms)
      return struck(`markers of broker ${broker} (${roleName(fault.of)}) took ${fault.delayMs} ms for ${fault.ms} ms`)
    }
    case 'controller-loss':
      return levers.loseController(fault.ms)
        ? struck(`the controller was gone for ${fault.ms} ms`)
        : missed('the controller was gone already')
    case 'empty-metadata': {
      const broker = fault.broker === 'all' ? null : levers.brokerOf(fault.broker)
      if (fault.broker !== 'all' && broker === null) return nobodyIs(fault.broker)
      levers.hideMetadata(broker, fault.lacks, fault.ms)
      const whose = broker === null ? 'every broker' : `broker ${broker}`
      return struck(`metadata of ${whose} named no ${fault.lacks} for ${fault.ms} ms`)
    }
    case 'cluster-reset':
      levers.resetCluster()
      return struck('the whole cluster was made anew: empty logs, no committed offsets')
    case 'topic-recreate': {
      const error = levers.recreateTopic(fault.topic, fault.goneMs)
      if (error !== undefined) return missed(error)
      return struck(`topic ${fault.topic} was deleted, and created again ${fault.goneMs} ms later`)
    }
    case 'retention': {
      const start = levers.deleteAllBut(fault.topic, fault.partition, fault.keep)
      if (typeof start === 'string') return missed(start)
      return struck(`${fault.topic}/${fault.partition} begins at ${start} now`)
    }
    case 'offset-reset':
      levers.resetOffsets(index, fault.group, fault.topic, fault.to)
      return { is: 'pending' }
    case 'unclean-election': {
      const { topic, partition, behind, downMs } = fault
      const next = levers.electUnclean(topic, partition, behind, downMs)
      if (typeof next === 'string') return missed(next)
      return struck(`broker ${next} leads ${topic}/${partition} without its last ${counted(behind, 'record')}`)
    }
    case 'broker-restart':
    case 'broker-wipe':
    case 'machine-crash':
    case 'broker-partition':
    case 'disk-full':
    case 'stale-metadata':
      return strikeBroker(fault, levers)
  }
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

type BrokerFault = OfKind<
  'broker-restart' | 'broker-wipe' | 'machine-crash' | 'broker-partition' | 'disk-full' | 'stale-metadata'
>

function strikeBroker(fault: BrokerFault, levers: Levers): Struck {
  const broker = levers.brokerOf(fault.broker)
  if (broker === null) return nobodyIs(fault.broker)
  const who = `broker ${broker} (${roleName(fault.broker)})`
  const isDown = missed(`broker ${broker} was down already`)
  switch (fault.kind) {
    case 'broker-restart':
      return levers.restartBroker(broker, fault.downMs) ? struck(`${who} went down for ${fault.downMs} ms`) : isDown
    case 'broker-wipe': {
      const left = fault.keeps === 'nothing' ? 'with nothing' : 'with nothing but committed offsets'
      return levers.wipeBroker(broker, fault.downMs, fault.keeps)
        ? struck(`${who} went down and came back ${left} after ${fault.downMs} ms`)
        : isDown
    }
    case 'machine-crash':
      return levers.crashMachine(broker, fault.downMs, fault.lostMs)
        ? struck(`the machine of ${who} went down for ${fault.downMs} ms, without its last ${fault.lostMs} ms`)
        : isDown
    case 'broker-partition':
      levers.partitionBroker(broker, fault.way, fault.ms)
      return struck(`${who} and the other brokers did not reach each other (${fault.way}) for ${fault.ms} ms`)
    case 'disk-full':
      return levers.fillDisk(broker, fault.ms) === undefined
        ? struck(`the disk of ${who} was full for ${fault.ms} ms`)
        : isDown
    case 'stale-metadata':
      levers.holdMetadata(broker, fault.ms)
      return struck(`${who} learnt nothing new for ${fault.ms} ms`)
  }
}

export function roleName(role: Role): string {
  if ('broker' in role) return `broker ${role.broker}`
  if ('coordinatorOf' in role) return `the coordinator of ${role.coordinatorOf}`
  if ('transactionCoordinatorOf' in role) return `the transaction coordinator of ${role.transactionCoordinatorOf}`
  return `the leader of ${role.leaderOf.topic}/${role.leaderOf.partition}`
}

const struck = (detail: string): Struck => ({ is: 'struck', detail })
const missed = (detail: string): Struck => ({ is: 'missed', detail })
const notRunning = (process: string): Struck => missed(`${process} was not running`)
const nobodyIs = (role: Role): Struck => missed(`nobody is ${roleName(role)}`)
