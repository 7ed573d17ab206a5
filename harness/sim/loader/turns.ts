/**
 * Loops that await, made to tell of every turn: one that waits for nothing would never let the run go on (see virtual/turns.ts). The call
 * goes behind the brace that opens a loop's body, so no line moves, and no column but behind that brace.
 */
import { TURN } from '../virtual/names.ts'

export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly await?: boolean
  readonly body?: Node
}

type Parse = (code: string) => Node

/** Cheaper than the parser, which is asked only where both are. */
const LOOP = /\b(?:for|while)\b/
const AWAIT = /\bawait\b/

export function tellingTurns(code: string, parse: Parse): string {
  if (!LOOP.test(code) || !AWAIT.test(code)) return code
  const insertions: { at: number; text: string }[] = []
  for (const node of within(parse(code), true)) {
    const { type, body } = node
    if (!/^(?:For|While|DoWhile)\w*Statement$/.test(type) || body === undefined || !awaits(node)) continue
    if (body.type === 'BlockStatement') insertions.push({ at: body.start + 1, text: `${TURN}();` })
    else insertions.push({ at: body.start, text: `{${TURN}();` }, { at: body.end, text: '}' })
  }
  let told = code
  for (const { at, text } of insertions.sort((a, b) => b.at - a.at)) told = told.slice(0, at) + text + told.slice(at)
  return told
}

/** Whether it awaits, outside of functions within it. */
export function awaits(node: Node): boolean {
  for (const { type, await: isAwaiting } of within(node, false)) {
    if (type === 'AwaitExpression' || (type === 'ForOfStatement' && isAwaiting === true)) return true
  }
  return false
}

/** The node and all below it. Not by recursion: what bundlers write may be nested deeper than a stack. */
function* within(node: Node, intoFunctions: boolean): Generator<Node> {
  const rest = [node]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    yield next
    for (const child of Object.values(next).flat())
      if (isNode(child) && (intoFunctions || !/Function/.test(child.type))) rest.push(child)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}
