/** The history of a run while it grows: append only, every op goes into the trace as it is written. */
import type { Clock } from '../sim/clock.ts'
import type { Trace } from '../sim/trace.ts'
import type { At, Body, Failure, Op, Phase } from './op.ts'

export class Recording {
  readonly ops: Op[] = []
  /** Sees every op as it is written. */
  onOp: (op: Op) => void = () => {}
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
    this.trace.text('op', JSON.stringify(hashed(op)))
    this.onOp(op)
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

/**
 * Words of errors and of logs differ between Node versions, so they are kept for people and never hashed. Most ops have none, and a
 * replacer would cost more than the rest of the line.
 */
function hashed(op: Op): Op {
  const body = op.body as { readonly error?: Failure; readonly text?: string; readonly why?: string }
  if (body.error === undefined && body.text === undefined && body.why === undefined) return op
  const { error, text: _text, why: _why, ...rest } = body
  const told = error === undefined ? rest : { ...rest, error: { ...error, message: '' } }
  return { ...op, body: told as Body }
}
