/** For tests: a recorder whose history can be read in one line. */
import type { At, Body, Phase } from '../../history/op.ts'
import type { Recorder } from '../../sim/port.ts'

/** Also where several kinds share one declaration. */
type BodyOf<What, B = Body> = B extends { readonly what: infer Whats } ? (What extends Whats ? B : never) : never

interface Noted {
  readonly at: At
  readonly phase: Phase
  readonly body: Body
  readonly of?: number
}

export class TestHistory implements Recorder {
  readonly ops: Noted[] = []

  invoke(at: At, body: Body): number {
    return this.ops.push({ at, phase: 'invoke', body }) - 1
  }

  end(of: number, phase: Exclude<Phase, 'invoke'>, body: Body): void {
    this.ops.push({ at: this.ops[of]!.at, phase, body, of })
  }

  note(at: At, body: Body): void {
    this.ops.push({ at, phase: 'ok', body })
  }

  /** `send invoke`, `send ok`, … of the bodies that are asked for, or of all. */
  story(...whats: Body['what'][]): string[] {
    return this.ops
      .filter(({ body }) => whats.length === 0 || whats.includes(body.what))
      .map(({ phase, body, of }) => `${body.what} ${of === undefined && phase === 'ok' ? 'noted' : phase}`)
  }

  bodies<What extends Body['what']>(what: What, phase: Phase): BodyOf<What>[] {
    return this.ops.filter((op) => op.body.what === what && op.phase === phase).map(({ body }) => body as BodyOf<What>)
  }
}
