/** The history of a run while it grows: append only, every op goes into the trace as it is written. */
import type { Clock } from '../sim/clock.ts'
import type { Trace } from '../sim/trace.ts'
import type { At, Body, Failure, Op, Phase } from './op.ts'

export class Recording {
  readonly ops: Op[] = []
  private readonly clock: Clock
  private readonly trace: Trace

  constructor(clock: Clock, trace: Trace) {
    this.clock = clock
    this.trace = trace
  }

  append(process: string, incarnation: number, at: At, phase: Phase, body: Body, of?: number): number {
    const index = this.ops.length
    const base = { index, nowMs: this.clock.nowMs, process, incarnation, cause: this.clock.current, at, phase, body }
    const op: Op = of === undefined ? base : { ...base, of }
    this.ops.push(op)
    this.trace.text('op', JSON.stringify(op, withoutWords))
    return index
  }

  atOf(index: number): At {
    return this.ops[index]!.at
  }

  /** The operation may or may not have happened: whoever could have told is dead. */
  leaveUnknown(of: number): void {
    const op = this.ops[of]!
    this.append(op.process, op.incarnation, op.at, 'unknown', op.body, of)
  }
}

/** Words of errors and of logs differ between Node versions, so they are kept for people and never hashed. */
function withoutWords(key: string, value: unknown): unknown {
  if (key === 'text' || key === 'why') return undefined
  if (key === 'error' && value !== null && typeof value === 'object') {
    const { name, code, retriable } = value as Failure
    return { name, code, retriable }
  }
  return value
}
