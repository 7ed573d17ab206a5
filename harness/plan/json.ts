/**
 * JSON to value, with one line of our own when it is not JSON: what JSON.parse says differs between Node versions, and does not
 * tell a truncated file from a broken one.
 */
import { PlanError } from './error.ts'

export function parseJson(text: string, where: string, limits: { characters: number; depth: number }): unknown {
  if (text.length > limits.characters) {
    throw new PlanError(
      where,
      [],
      `has ${text.length} characters, a plan has at most ${limits.characters}; give a plan that ackward saved`,
    )
  }
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new PlanError(where, [], flawOf(json))
  }
  if (isDeeper(value, limits.depth)) {
    throw new PlanError(where, [], `is nested deeper than ${limits.depth} levels; give a plan that ackward saved`)
  }
  return value
}

function flawOf(json: string): string {
  if (json.trim() === '') return 'is empty; give a plan that ackward saved'
  const { at, ends } = firstFlaw(json)
  const lines = json.slice(0, at).split('\n')
  const place = `line ${lines.length}, column ${lines.at(-1)!.length + 1}`
  return ends
    ? `is truncated: it ends at ${place} in the middle of a value; copy it again, or replay the token of its finding`
    : `is not JSON (${place}); give a plan that ackward saved`
}

type Expect = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end'

/** Where the text stops being JSON, and whether that is only because it ends there. */
function firstFlaw(json: string): { at: number; ends: boolean } {
  const open: ('[' | '{')[] = []
  let expect: Expect = 'value'
  let at = 0
  for (;;) {
    while (at < json.length && ' \t\r\n'.includes(json[at]!)) at++
    if (at >= json.length) return { at: json.length, ends: true }
    const character = json[at]!
    if (expect === ':' && character === ':') expect = 'value'
    else if (expect === ', or end' && character === ',' && open.length > 0)
      expect = open.at(-1) === '{' ? 'key' : 'value'
    else if (expect === ', or end' && closes(open.at(-1), character)) open.pop()
    else if (expect === 'value or ]' && character === ']') {
      open.pop()
      expect = ', or end'
    } else if (expect === 'key or }' && character === '}') {
      open.pop()
      expect = ', or end'
    } else if (expect.startsWith('value') && (character === '[' || character === '{')) {
      open.push(character)
      expect = character === '[' ? 'value or ]' : 'key or }'
    } else if (expect.startsWith('value') || (expect.startsWith('key') && character === '"')) {
      const end = scalarEnd(json, at)
      if (end < 0) return { at: -end - 1, ends: -end - 1 >= json.length }
      at = end - 1
      expect = expect.startsWith('key') ? ':' : ', or end'
    } else return { at, ends: false }
    at++
  }
}

const closes = (open: '[' | '{' | undefined, character: string): boolean =>
  (open === '[' && character === ']') || (open === '{' && character === '}')

/** Behind the string, number or word that begins at `from`; or -1 - (where it breaks), which is the end when it only stops there. */
function scalarEnd(json: string, from: number): number {
  if (json[from] === '"') return stringEnd(json, from)
  const word = /[^\s,:\]}"[{]*/y
  word.lastIndex = from
  const text = word.exec(json)![0]
  if (/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text)) return from + text.length
  const isCut =
    from + text.length === json.length &&
    (['true', 'false', 'null'].some((whole) => whole.startsWith(text)) ||
      /^-?(?:\d+(?:\.\d*)?(?:[eE][+-]?)?)?$/.test(text))
  return isCut ? -1 - json.length : -1 - from
}

function stringEnd(json: string, from: number): number {
  for (let at = from + 1; at < json.length; at++) {
    if (json[at] === '"') return at + 1
    if (json[at]! < ' ') return -1 - at
    if (json[at] !== '\\') continue
    const escaped = json.slice(at + 1, at + 6)
    if (/^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(escaped)) at++
    else
      return at + 1 + escaped.length >= json.length && /^(?:u[0-9a-fA-F]*)?$/.test(escaped) ? -1 - json.length : -1 - at
  }
  return -1 - json.length
}

function isDeeper(value: unknown, depth: number): boolean {
  let level = [value]
  for (let deep = 0; level.length > 0; deep++) {
    if (deep > depth) return true
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}
