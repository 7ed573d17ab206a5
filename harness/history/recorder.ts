/** The history of a run while it grows: append only, every op goes into the trace as it is written. */
import type { Clock } from '../sim/clock.ts'
import type { Trace } from '../sim/trace.ts'
import type { At, Body, Op, Phase } from './op.ts'

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
    const { nowMs, current: cause } = this.clock
    const op: Op =
      of === undefined
        ? { index, nowMs, process, incarnation, cause, at, phase, body }
        : { index, nowMs, process, incarnation, cause, at, phase, body, of }
    this.ops.push(op)
    // An end that says nothing new beside how it ended: its body is in the trace already.
    const known = of !== undefined && this.ops[of]!.body === body
    this.trace.op([nowMs, process, incarnation, cause, at, phase, of ?? -1], known ? null : body)
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
