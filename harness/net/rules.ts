/**
 * Network faults as small rules: each looks at one segment and gives a verdict; the first that does not pass wins; any can be lifted.
 */
import type { Connection, Direction, Segment } from './connection.ts'

export type Verdict =
  | { readonly is: 'pass' }
  | { readonly is: 'delay'; readonly ms: number }
  /** Lost on the way, and everything after it in this direction, as TCP would wait for it for ever. */
  | { readonly is: 'drop' }
  /** The connection ends instead: FIN, or RST, to both sides. */
  | { readonly is: 'cut' }
  | { readonly is: 'reset' }

export const PASS: Verdict = { is: 'pass' }

export type Rule = (segment: Segment, connection: Connection, direction: Direction) => Verdict

export class Rules {
  private readonly rules = new Map<number, Rule>()
  private next = 1

  /** Adds a rule after all others; the answer lifts it. */
  add(rule: Rule): () => void {
    const id = this.next++
    this.rules.set(id, rule)
    return () => {
      this.rules.delete(id)
    }
  }

  judge(segment: Segment, connection: Connection, direction: Direction): Verdict {
    for (const rule of this.rules.values()) {
      const verdict = rule(segment, connection, direction)
      if (verdict.is !== 'pass') return verdict
    }
    return PASS
  }

  liftAll(): void {
    this.rules.clear()
  }
}

/** Everything between this client and any server takes `latencyMs` more. */
export function slow(client: string, latencyMs: number): Rule {
  return (_segment, connection) => (connection.client === client ? { is: 'delay', ms: latencyMs } : PASS)
}
