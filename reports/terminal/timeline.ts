/** The time line in lines: virtual time, who, what; what proves the finding is marked. */
import type { Op } from '../../harness/history/op.ts'
import type { Evidence } from '../../properties/property.ts'
import { type TimelineGap, type TimelineRow, timeline } from '../timeline.ts'
import { clean, counted } from '../words/text.ts'
import { wrapped } from './layout.ts'
import type { Look } from './paint.ts'

const widestWho = 22

export function timelineLines(look: Look, story: readonly Op[], evidence: readonly Evidence[]): readonly string[] {
  const rows = timeline(story, evidence)
  const times = rows.map((row) => ('atMs' in row ? secondsOf(row.atMs) : ''))
  const timeWidth = Math.max(0, ...times.map((time) => time.length))
  const whoWidth = Math.min(widestWho, Math.max(0, ...rows.map((row) => ('who' in row ? clean(row.who).length : 0))))
  return rows.flatMap((row, index) => {
    if (!('atMs' in row)) return [look.paint('dim', `  ${' '.repeat(timeWidth)}  ${gapWords(row)}`)]
    const time = look.paint('dim', times[index]!.padStart(timeWidth))
    const who = clean(row.who).padEnd(whoWidth)
    const margin = 2 + timeWidth + 2 + who.length + 2
    const [first, ...rest] = wrapped(whatWords(row), Math.max(24, look.columns - margin))
    const paint = (line: string): string => (row.isProof ? look.paint('bold', line) : line)
    const mark = row.isProof ? look.paint('red', '>') : ' '
    return [
      `${mark} ${time}  ${look.paint('cyan', who)}  ${paint(first!)}`,
      ...rest.map((line) => `${' '.repeat(margin)}${paint(line)}`),
    ]
  })
}

const gapWords = ({ leftOut }: TimelineGap): string => `… ${counted(leftOut, 'row')} left out`

const whatWords = ({ what, times, untilMs }: TimelineRow): string =>
  times === 1 ? what : `${what} (${times} times, until ${secondsOf(untilMs)})`

/** Virtual time since the run began, to the millisecond. */
const secondsOf = (ms: number): string => `${(ms / 1000).toFixed(3)} s`
