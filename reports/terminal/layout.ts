/** Text in lines that fit: wrapped between words, indented, labels in a column. Everything is cleaned here before it is painted. */
import { clean } from '../words/text.ts'
import type { Look, Style } from './paint.ts'

/** Words longer than a line stay whole: paths and tokens are there to be copied. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of clean(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

export function paragraph(look: Look, text: string, indent = 0, style?: Style): readonly string[] {
  return wrapped(text, roomIn(look, indent)).map((line) => {
    const painted = style === undefined ? line : look.paint(style, line)
    return `${' '.repeat(indent)}${painted}`
  })
}

export interface LabelledText {
  readonly label: string
  readonly text: string
  readonly style?: Style
  /** There to be copied: never wrapped. */
  readonly isWhole?: boolean
}

/** Labels in one column, texts beside them; on a narrow terminal the texts stand below. */
export function labelled(look: Look, rows: readonly LabelledText[], indent = 2, widest = 24): readonly string[] {
  const labels = rows.map(({ label }) => clean(label))
  const longest = Math.max(0, ...labels.map((label) => label.length))
  const column = Math.min(longest, widest) + 2
  const isNarrow = roomIn(look, indent + column) <= narrowest
  return rows.flatMap(({ text, style, isWhole }, index) => {
    const label = labels[index]!
    const margin = ' '.repeat(indent + (isNarrow ? 2 : column))
    const width = isWhole ? Number.POSITIVE_INFINITY : roomIn(look, margin.length)
    const lines = wrapped(text, width).map((line) => (style ? look.paint(style, line) : line))
    const [first, ...rest] = lines.map((line, at) => (at === 0 ? line : `${margin}${line}`))
    const head = `${' '.repeat(indent)}${look.paint('dim', label)}`
    if (isNarrow || label.length + 2 > column) return [head, `${margin}${first}`, ...rest]
    return [`${head}${' '.repeat(column - label.length)}${first}`, ...rest]
  })
}

const narrowest = 24

const roomIn = (look: Look, indent: number): number => Math.max(narrowest, look.columns - indent)
