/**
 * A crossing is one call that left a process; its three points are where faults can strike. An anchor names one point of one crossing
 * by cause and subject, so that it means the same when other messages and faults are deleted from the plan.
 */
import type { Anchor, Point, Subject } from '../plan/plan.ts'

export interface Crossing {
  readonly id: number
  readonly process: string
  readonly incarnation: number
  readonly call: Anchor['call']
  readonly subject: Subject
  readonly attempt: number
  /** Virtual time at which each point was reached; -1 when it was not. */
  readonly reachedMs: Record<Point, number>
}

export const POINTS: readonly Point[] = ['before', 'applied', 'answered']

export function callName(call: Anchor['call']): string {
  return 'api' in call ? call.api : `effects.${call.effect}`
}

export function anchorOf(crossing: Crossing, point: Point): Anchor {
  const { process, incarnation, call, subject, attempt } = crossing
  return { process, incarnation, call, subject, attempt, point }
}

/** Equal subjects have equal keys. */
export function subjectKey(subject: Subject): string {
  if ('messages' in subject) return `m:${subject.messages.join(' ')}`
  if ('after' in subject) return `a:${subject.after.join(' ')}`
  if ('group' in subject) return `g:${subject.group}/${subject.generation}`
  if ('transactionalId' in subject) return `t:${subject.transactionalId}`
  return '-'
}

/**
 * Whether the crossing is the one that the anchor means. A call about more messages than the anchor names is still meant: a batch may
 * hold others too.
 */
export function isMeant(anchor: Anchor, crossing: Crossing): boolean {
  return (
    anchor.process === crossing.process &&
    anchor.incarnation === crossing.incarnation &&
    anchor.attempt === crossing.attempt &&
    callName(anchor.call) === callName(crossing.call) &&
    covers(crossing.subject, anchor.subject)
  )
}

function covers(seen: Subject, meant: Subject): boolean {
  if ('messages' in meant) return 'messages' in seen && includesAll(seen.messages, meant.messages)
  if ('after' in meant) return 'after' in seen && includesAll(seen.after, meant.after)
  if ('group' in meant) return 'group' in seen && seen.group === meant.group && seen.generation === meant.generation
  if ('transactionalId' in meant) return 'transactionalId' in seen && seen.transactionalId === meant.transactionalId
  return 'none' in seen
}

/** Nothing at all is a subject too: who means it does not mean whatever comes. */
const includesAll = (seen: readonly string[], meant: readonly string[]): boolean =>
  meant.length === 0 ? seen.length === 0 : meant.every((one) => seen.includes(one))

/** How often each subject came, by call. */
type Attempts = Map<string, Map<string, number>>

/** Counts calls with the same subject within one life, and keeps the catalogue of a run. */
export class Crossings {
  readonly all: Crossing[] = []
  private readonly lives = new Map<string, Attempts[]>()

  begin(process: string, incarnation: number, call: Anchor['call'], subject: Subject): Crossing {
    const attempts = this.attemptsOf(process, incarnation, callName(call))
    const key = subjectKey(subject)
    const attempt = (attempts.get(key) ?? 0) + 1
    attempts.set(key, attempt)
    const reachedMs = { before: -1, applied: -1, answered: -1 }
    const crossing: Crossing = { id: this.all.length, process, incarnation, call, subject, attempt, reachedMs }
    this.all.push(crossing)
    return crossing
  }

  private attemptsOf(process: string, incarnation: number, call: string): Map<string, number> {
    let lives = this.lives.get(process)
    if (lives === undefined) this.lives.set(process, (lives = []))
    const calls = (lives[incarnation] ??= new Map())
    let attempts = calls.get(call)
    if (attempts === undefined) calls.set(call, (attempts = new Map()))
    return attempts
  }
}
