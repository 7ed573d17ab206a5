/** A fault that could never strike, whatever the run does, is refused when its plan is read: what it lacks, and what would do. */

import { type Path, shown } from './error.ts'
import { errorAnswers, errorsAt } from './error-answers.ts'
import type { Anchor, Fault, Plan, Role } from './plan.ts'
import type { Unresolved } from './references.ts'
import { originalOf, secondOf } from './second.ts'

export function* impossible(plan: Plan): Generator<Unresolved> {
  for (const [index, fault] of plan.faults.entries()) {
    const path = ['faults', index]
    yield* misplaced(fault, path)
    switch (fault.kind) {
      case 'pause':
        if (fault.until !== undefined) yield* withoutSuccessor(fault, plan, [...path, 'until'])
        break
      case 'second-instance':
        yield* secondOfSecond(fault.at, plan, [...path, 'at', 'process'])
        break
      case 'coordinator-load':
        if (plan.topology.brokers === 1)
          yield {
            path: [...path, 'kind'],
            says: 'is coordinator-load, which moves the coordinator to another broker, and the plan has only broker 1',
          }
        break
      case 'broker-partition':
      case 'unclean-election':
        if (plan.topology.replication === 1)
          yield {
            path: [...path, 'kind'],
            says: `is ${fault.kind}, which is about copies on several brokers, and each partition has one; give topology.replication 2 or more`,
          }
    }
  }
}

/** Kinds that strike a request on its way, and the points at which they can. */
const requestFaults: { readonly [kind in Fault['kind']]?: readonly Anchor['point'][] } = {
  'cut-answer': ['before', 'applied'],
  'error-answer': ['before', 'applied'],
}

function* misplaced(fault: Fault, path: Path): Generator<Unresolved> {
  const points = requestFaults[fault.kind]
  if (points === undefined) return
  const { call, point } = fault.at
  if (!('api' in call)) {
    yield {
      path: [...path, 'at', 'call'],
      says: `is no request, and ${fault.kind} is about the answer to one; give an api`,
    }
  } else if (!points.includes(point)) {
    yield {
      path: [...path, 'at', 'point'],
      says: `is '${point}', when the answer has come already; ${fault.kind} strikes at ${points.join(' or ')}`,
    }
  } else if (fault.kind === 'error-answer') yield* impossibleError(fault.error, call.api, point, [...path, 'error'])
}

function* impossibleError(error: string, api: string, point: Anchor['point'], path: Path): Generator<Unresolved> {
  const known = errorsAt(api, point)
  if ((known as readonly string[]).includes(error)) return
  if (!Object.hasOwn(errorAnswers, api)) {
    const says = `is for ${api}, which is answered with no error by a fault; one of ${Object.keys(errorAnswers).join(', ')} can be`
    yield { path, says }
    return
  }
  const when = point === 'before' ? 'instead of carrying it out' : 'after carrying it out'
  yield { path, says: `is ${error}, which no broker answers to ${api} ${when}; it may be ${known.join(', ')}` }
}

function* withoutSuccessor({ at }: Fault, { faults }: Plan, path: Path): Generator<Unresolved> {
  if (faults.some((other) => other.kind === 'second-instance' && other.at.process === at.process)) return
  yield {
    path,
    says: `is 'successor', but no fault second-instance starts one for ${shown(at.process)}; add one, or leave 'until' out`,
  }
}

function* secondOfSecond({ process }: Anchor, { processes }: Plan, path: Path): Generator<Unresolved> {
  const original = originalOf(process, processes)
  if (original !== process)
    yield { path, says: `is ${shown(process)}, a second instance itself; name ${shown(original)}` }
  else if (processes.some(({ name }) => name === secondOf(process)))
    yield {
      path,
      says: `is ${shown(process)}, whose second instance would be called ${shown(secondOf(process))}, as a process of this plan is`,
    }
}

/** Processes that anchors may name: those of the plan, and second instances that its faults start. */
export function* processNames({ processes, faults }: Plan): Generator<string> {
  for (const { name } of processes) yield name
  for (const { kind, at } of faults) if (kind === 'second-instance') yield secondOf(at.process)
}

export function rolesOf(fault: Fault): readonly (readonly [string, Role])[] {
  if ('of' in fault) return [['of', fault.of]]
  return 'broker' in fault && fault.broker !== 'all' ? [['broker', fault.broker]] : []
}

/** Topics, and partitions of them, that a fault names outside of roles. */
export function placesOf(fault: Fault): readonly { readonly topic: string; readonly partition?: number }[] {
  switch (fault.kind) {
    case 'retention':
    case 'unclean-election':
      return [{ topic: fault.topic, partition: fault.partition }]
    case 'topic-recreate':
    case 'offset-reset':
      return [{ topic: fault.topic }]
    default:
      return []
  }
}
