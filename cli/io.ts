/** All that a command may touch of the world around it. `ackward.ts` makes the real one, tests make others. */
import type { Look } from '../reports/terminal/paint.ts'

export interface Io {
  /** Where `.ackward/` goes and files are looked for. */
  readonly cwd: string
  /** The result: stdout. */
  out(text: string): void
  /** What is said beside it: stderr. */
  err(text: string): void
  /** The width of stderr, where a progress bar can be drawn on it; else 0. */
  readonly barColumns: number
  /** Real time. */
  nowMs(): number
  readonly look: Look
  /** For reports of our own faults: `Node v22.12.0 on linux x64`. */
  readonly machine: string
  /** Given once Ctrl-C is pressed. */
  readonly signal: AbortSignal
}
