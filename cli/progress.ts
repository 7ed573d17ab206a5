/** How far the search is, on stderr: a bar where one can be drawn, else a plain line now and then. */

import { clean, counted, duration, grouped, shortened } from '../reports/words/text.ts'
import type { Progress } from '../scenarios/search/types.ts'
import type { Io } from './io.ts'

export interface ProgressView {
  /** `done` is from 0 to 1. */
  show(done: number, text: string): void
  /** Takes the bar away, before anything else is written. */
  clear(): void
}

const drawEveryMs = 100
const lineEveryMs = 10_000
const barWidth = 20

export function progressOn(io: Pick<Io, 'err' | 'barColumns' | 'nowMs' | 'look'>): ProgressView {
  const canDraw = io.barColumns > 0
  let last = canDraw ? Number.NEGATIVE_INFINITY : io.nowMs()
  let isDrawn = false
  return {
    show(done, text) {
      const nowMs = io.nowMs()
      if (nowMs - last < (canDraw ? drawEveryMs : lineEveryMs)) return
      last = nowMs
      const share = Math.max(0, Math.min(1, done))
      const percent = `${Math.floor(share * 100)} %`
      if (!canDraw) return io.err(`ackward: ${percent.padStart(5)}  ${clean(text)}\n`)
      isDrawn = true
      const filled = Math.round(share * barWidth)
      const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`
      const words = shortened(clean(text), Math.max(10, io.barColumns - barWidth - 10))
      io.err(`\r\u001b[K${io.look.paint('cyan', bar)} ${percent.padStart(5)}  ${words}`)
    },
    clear() {
      if (isDrawn) io.err('\r\u001b[K')
      isDrawn = false
    },
  }
}

/** `commit-before asked for at-least-once: 412 of 1,000 runs, 12 s`. */
export function progressWords({ scenario, promise, doing, runs, ofRuns, seconds }: Progress, isCounted = true): string {
  const far = isCounted ? `${grouped(runs)} of ${counted(ofRuns, 'run')}` : counted(runs, 'run')
  const now = doing === 'shrinking' ? `found in ${counted(runs, 'run')}, shrinking` : far
  return `${scenario} asked for ${promise}: ${now}, ${duration(Math.round(seconds) * 1000)}`
}
