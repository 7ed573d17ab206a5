/** How a formatter colours: it is given a paint, and never asks whether there is a terminal. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'
export type Paint = (style: Style, text: string) => string

export const plain: Paint = (_style, text) => text

const codes: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
}

/** util.styleText would do, but which stream and variables it minds differs between Node versions. */
export const colours: Paint = (style, text) => {
  const [on, off] = codes[style]
  return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`
}

/** What a formatter needs to know of the place where its words are read. */
export interface Look {
  readonly paint: Paint
  readonly columns: number
  /** The command to paste for this plan file or token: `npx ackward replay <it>`; '' where there is none. */
  replayLine(what: string): string
}
