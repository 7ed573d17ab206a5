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

  /** Adds a rule before all others, whose verdict is about whether anything gets through at all. */
  addFirst(rule: Rule): () => void {
    const later = [...this.rules]
    this.rules.clear()
    const lift = this.add(rule)
    for (const [id, other] of later) this.rules.set(id, other)
    return lift
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

/** Linux: the first retransmission of data after TCP_RTO_MIN, of a SYN after a second; each next one waits twice as long. */
const FIRST_RETRY_MS = { syn: 1_000, data: 200 }

/**
 * Nothing gets through between this client and this server, or any (null), in one direction or both, for as long as `leftMs` says. No
 * connection ends by that: what was sent is sent again, at growing intervals, and arrives with the first attempt after the hole.
 *
 * NOT modelled: acknowledgements of TCP. Where only one direction is closed the other delivers as usual.
 */
export function blackHole(
  of: { readonly client: string; readonly server: string | null; readonly way: 'both' | Direction },
  leftMs: () => number,
): Rule {
  return (segment, connection, direction) => {
    const isIn =
      connection.client === of.client &&
      (of.server === null || connection.server === of.server) &&
      (of.way === 'both' || of.way === direction)
    const left = isIn ? leftMs() : 0
    if (left <= 0) return PASS
    const first = segment.kind === 'syn' ? FIRST_RETRY_MS.syn : FIRST_RETRY_MS.data
    let ms = first
    for (let interval = 2 * first; ms < left; interval *= 2) ms += interval
    return { is: 'delay', ms }
  }
}
