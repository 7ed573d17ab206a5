/** What goes wrong, as a sentence that an operator would say. */
import type { Delay, Fault } from '../../harness/plan/plan.ts'
import { callOf, doneTo, momentOf, roleOf, whoIn } from './anchor.ts'
import { counted, duration } from './text.ts'

export function wordsOfFault(fault: Fault): string {
  const { at } = fault
  const who = whoIn(at)
  switch (fault.kind) {
    case 'crash':
      return `${who} is killed ${momentOf(at, 'its')}`
    case 'pause':
      return `${who} is paused ${pausedFor(fault)} ${momentOf(at, 'its')}`
    case 'stop':
      return `${who} is asked to stop (SIGTERM, killed after ${duration(fault.graceMs)}) and started again ${momentOf(at, 'its')}`
    case 'second-instance':
      return `a second instance of ${at.process} starts ${momentOf(at, 'named')}${fault.afterMs === 0 ? '' : `, ${duration(fault.afterMs)} later`}`
    case 'lost-ack':
      return `${who} ${lostAck(fault)}`
    case 'cut-answer':
      return `${who} gets ${counted(fault.bytes, 'byte')} of the answer to its ${callOf(at)}, then the connection ${ends(fault.how)}`
    case 'error-answer':
      return `${who} is answered ${fault.error} to its ${callOf(at)}, ${at.point === 'before' ? `which is not ${doneTo(at)}` : `though it was ${doneTo(at)}`}`
    case 'black-hole':
      return `${hole(fault)} for ${duration(fault.ms)} ${momentOf(at, 'named')}`
    case 'lost-request':
      return `the ${callOf(at)} by ${who} never reaches the broker: the connection ${ends(fault.how)} first`
    case 'leader-move':
      return `${moved(fault)} to another broker ${momentOf(at, 'named')}`
    case 'broker-restart':
      return `${roleOf(fault.broker)} goes down for ${duration(fault.downMs)} ${momentOf(at, 'named')}`
    case 'broker-wipe': {
      const left = fault.keeps === 'nothing' ? 'an empty disk' : 'nothing on its disk but committed offsets'
      return `${roleOf(fault.broker)} goes down for ${duration(fault.downMs)} and comes back with ${left} ${momentOf(at, 'named')}`
    }
    case 'machine-crash':
      return `the machine of ${roleOf(fault.broker)} goes down for ${duration(fault.downMs)}, without what was written on it in the last ${duration(fault.lostMs)}, ${momentOf(at, 'named')}`
    case 'broker-partition': {
      const whom = {
        both: 'and the other brokers cannot reach each other',
        out: 'cannot reach the other brokers',
        in: 'cannot be reached by the other brokers',
      }
      return `${roleOf(fault.broker)} ${whom[fault.way]} for ${duration(fault.ms)} ${momentOf(at, 'named')}`
    }
    case 'unclean-election':
      return `all brokers in sync on ${fault.topic}/${fault.partition} go down for ${duration(fault.downMs)}, and one leads that lacks its last ${fault.behind === 1 ? 'record' : counted(fault.behind, 'record')}, ${momentOf(at, 'named')}`
    case 'disk-full':
      return `the disk of ${roleOf(fault.broker)} is full for ${duration(fault.ms)} ${momentOf(at, 'named')}`
    case 'stale-metadata':
      return `${roleOf(fault.broker)} learns nothing new of the cluster for ${duration(fault.ms)} ${momentOf(at, 'named')}`
    case 'empty-metadata': {
      const whose = fault.broker === 'all' ? 'every broker' : roleOf(fault.broker)
      return `metadata of ${whose} names no ${fault.lacks} for ${duration(fault.ms)} ${momentOf(at, 'named')}`
    }
    case 'controller-loss':
      return `the controller is gone for ${duration(fault.ms)} ${momentOf(at, 'named')}`
    case 'coordinator-load':
      return `${roleOf(fault.of)} moves to another broker, which loads for ${duration(fault.ms)} ${momentOf(at, 'named')}`
    case 'slow-markers':
      return `markers of ${roleOf(fault.of)} take ${duration(fault.delayMs)} for ${duration(fault.ms)} ${momentOf(at, 'named')}`
    case 'topic-recreate':
      return `topic ${fault.topic} is deleted and created again ${fault.goneMs === 0 ? 'at once' : `after ${duration(fault.goneMs)}`} ${momentOf(at, 'named')}`
    case 'retention':
      return `${fault.keep === 0 ? 'all records' : `all but the last ${fault.keep === 1 ? 'record' : counted(fault.keep, 'record')}`} of ${fault.topic}/${fault.partition} are deleted ${momentOf(at, 'named')}`
    case 'offset-reset':
      return `an operator stops the processes of group ${fault.group}, resets it to ${resetTo(fault)} of ${fault.topic} and starts them again ${momentOf(at, 'named')}`
    case 'cluster-reset':
      return `the cluster is made anew (new cluster id and topic ids, logs and committed offsets gone) ${momentOf(at, 'named')}`
    case 'slow-link':
      return `the link between ${who} and the brokers becomes slow (${duration(fault.latencyMs)} more each way, for ${duration(fault.ms)}) ${momentOf(at, 'named')}`
  }
}

export function wordsOfDelay({ at, delayMs }: Delay): string {
  const longer = duration(delayMs)
  const its = `the ${callOf(at)} by ${whoIn(at)}`
  const isEffect = 'effect' in at.call
  switch (at.point) {
    case 'before':
      return `${its} takes ${longer} longer to ${isEffect ? `be ${doneTo(at)}` : 'reach the broker'}`
    case 'applied':
      return `${isEffect ? its : `the answer to ${its}`} takes ${longer} longer to come back`
    case 'answered':
      return `${whoIn(at)} goes on ${longer} later after its ${callOf(at)}`
  }
}

function lostAck(fault: Extract<Fault, { kind: 'lost-ack' }>): string {
  const call = callOf(fault.at)
  if (fault.how !== 'late')
    return `never gets the answer to its ${call}: it is ${doneTo(fault.at)}, then the connection ${ends(fault.how)}`
  const late = fault.lateMs === undefined ? 'later than it waits' : `${duration(fault.lateMs)} late`
  return `gets the answer to its ${call} ${late}, though it is ${doneTo(fault.at)} at once`
}

function pausedFor({ ms, until }: Extract<Fault, { kind: 'pause' }>): string {
  return until === undefined ? `for ${duration(ms)}` : `until ${duration(ms)} after its successor has started`
}

function hole({ at, broker, way }: Extract<Fault, { kind: 'black-hole' }>): string {
  const whom = broker === 'all' ? 'the brokers' : roleOf(broker)
  if (way === 'both') return `nothing gets through between ${whoIn(at)} and ${whom}`
  return way === 'up'
    ? `nothing that ${whoIn(at)} sends gets to ${whom}`
    : `nothing that ${whom} sends gets to ${whoIn(at)}`
}

const resetTo = ({ to }: Extract<Fault, { kind: 'offset-reset' }>): string =>
  typeof to === 'string' ? `the ${to} offsets` : `offset ${to.offset}`

function moved({ of }: Extract<Fault, { kind: 'leader-move' }>): string {
  if ('leaderOf' in of) return `the leadership of ${of.leaderOf.topic}/${of.leaderOf.partition} moves`
  return 'broker' in of ? `what broker ${of.broker} leads moves` : `${roleOf(of)} moves`
}

const ends = (how: 'fin' | 'rst'): string => (how === 'fin' ? 'is closed (FIN)' : 'is reset (RST)')
