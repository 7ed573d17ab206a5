/** What goes wrong, as a sentence that an operator would say. */
import type { Delay, Fault } from '../../harness/plan/plan.ts'
import { callOf, doneTo, momentOf, roleOf, whoIn } from './anchor.ts'
import { duration } from './text.ts'

export function wordsOfFault(fault: Fault): string {
  const { at } = fault
  const who = whoIn(at)
  switch (fault.kind) {
    case 'crash':
      return `${who} is killed ${momentOf(at, 'its')}`
    case 'pause':
      return `${who} is paused for ${duration(fault.ms)} ${momentOf(at, 'its')}`
    case 'lost-ack':
      return `${who} ${lostAck(fault)}`
    case 'lost-request':
      return `the ${callOf(at)} by ${who} never reaches the broker: the connection ${ends(fault.how)} first`
    case 'leader-move':
      return `${moved(fault)} to another broker ${momentOf(at, 'named')}`
    case 'broker-restart':
      return `${roleOf(fault.broker)} goes down for ${duration(fault.downMs)} ${momentOf(at, 'named')}`
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

function moved({ of }: Extract<Fault, { kind: 'leader-move' }>): string {
  if ('leaderOf' in of) return `the leadership of ${of.leaderOf.topic}/${of.leaderOf.partition} moves`
  return 'broker' in of ? `what broker ${of.broker} leads moves` : `${roleOf(of)} moves`
}

const ends = (how: 'fin' | 'rst'): string => (how === 'fin' ? 'is closed (FIN)' : 'is reset (RST)')
