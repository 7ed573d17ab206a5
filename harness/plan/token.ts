/**
 * A seed token names one run: `v1:scenario:promise:seed:index`, each part percent-encoded, and behind that the kinds of faults where others
 * were asked for than the scenario's own (`:crash.slow-markers`), and behind that the number of copies of each partition, where that was
 * asked for (`::3`). It needs no quoting in a shell, and any string can be a seed, lone
 * surrogates included (written `%uD800`).
 */

import { faultKinds, guarantees } from './names.ts'
import { didYouMean } from './nearest.ts'
import type { FaultKind, Guarantee } from './plan.ts'

export interface Token {
  readonly scenario: string
  readonly promise: Guarantee
  readonly seed: string
  /** The how-manieth run of that seed, from 0. */
  readonly index: number
  /** Absent: those of the scenario. */
  readonly faults?: readonly FaultKind['kind'][]
  /** Copies of each partition. Absent: as the scenario has it. */
  readonly copies?: number
}

/** One line: what is wrong with the token, and what to do. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
}

/** Whether a person who wrote this meant a token rather than a file. */
export const looksLikeToken = (text: string): boolean => /^v\d+:/.test(text)

export function tokenOf(token: Token): string {
  const { scenario, promise, seed, index, faults, copies } = token
  const kinds = faults === undefined && copies === undefined ? [] : [faults?.join('.') ?? '']
  const more = copies === undefined ? kinds : [...kinds, String(copies)]
  return ['v1', scenario, promise, seed, String(index), ...more].map(encode).join(':')
}

export function parseToken(text: string): Token {
  const [version = '', ...parts] = text.split(':')
  if (/^v\d+$/.test(version) && version !== 'v1') {
    throw new TokenError(`${quoted(text)}: made by a newer ackward (${version}, this one reads v1); upgrade ackward`)
  }
  if (version !== 'v1' || parts.length < 4 || parts.length > 6) {
    throw new TokenError(
      `${quoted(text)} is not a token; one has five parts, v1:scenario:promise:seed:index, and then perhaps kinds of faults, and a number of copies`,
    )
  }
  const [scenario, promise, seed, index] = parts.map((part) => decode(part, text)) as [string, string, string, string]
  if (scenario === '') throw new TokenError(`${quoted(text)}: its second part, the scenario, is empty`)
  if (!isGuarantee(promise)) {
    throw new TokenError(`${quoted(text)}: unknown promise ${quoted(promise)}${didYouMean(promise, guarantees)}`)
  }
  if (!/^(0|[1-9]\d{0,14})$/.test(index)) {
    throw new TokenError(`${quoted(text)}: its fifth part, the index of the run, must be a whole number from 0`)
  }
  const token = { scenario, promise, seed, index: Number(index) }
  const kinds = parts[4] === undefined ? '' : decode(parts[4], text)
  return {
    ...token,
    ...(parts[4] !== undefined && (kinds !== '' || parts[5] === undefined) && { faults: kindsIn(kinds, text) }),
    ...(parts[5] !== undefined && { copies: copiesIn(decode(parts[5], text), text) }),
  }
}

function copiesIn(part: string, token: string): number {
  if (!/^[1-9]$/.test(part))
    throw new TokenError(`${quoted(token)}: its last part, the number of copies, must be a whole number from 1 to 9`)
  return Number(part)
}

function kindsIn(part: string, token: string): readonly FaultKind['kind'][] {
  return part.split('.').map((name) => {
    const kind = faultKinds.find((one) => one === name)
    if (kind === undefined) {
      throw new TokenError(`${quoted(token)}: unknown kind of fault ${quoted(name)}${didYouMean(name, faultKinds)}`)
    }
    return kind
  })
}

const isGuarantee = (text: string): text is Guarantee => (guarantees as readonly string[]).includes(text)

/** Also encodes what encodeURIComponent leaves and a shell reads: ' ( ) * ! ~ */
function encode(part: string): string {
  return Array.from(part, (character) => {
    const code = character.charCodeAt(0)
    if (character.length === 1 && code >= 0xd800 && code <= 0xdfff) return `%u${code.toString(16).toUpperCase()}`
    if (/['()*!~]/.test(character)) return `%${code.toString(16).toUpperCase()}`
    return encodeURIComponent(character)
  }).join('')
}

function decode(part: string, token: string): string {
  try {
    return part
      .split(/(%u[dD][89a-fA-F][0-9a-fA-F]{2})/)
      .map((piece, at) =>
        at % 2 === 1 ? String.fromCharCode(Number.parseInt(piece.slice(2), 16)) : decodeURIComponent(piece),
      )
      .join('')
  } catch {
    throw new TokenError(`${quoted(token)}: '%' must be followed by two hex digits; copy the token whole`)
  }
}

/** What a person typed, on one line and not too long. */
function quoted(text: string): string {
  const shown = text.length > 120 ? `${text.slice(0, 119)}…` : text
  return `'${shown.replace(/\p{Cc}/gu, '?')}'`
}
