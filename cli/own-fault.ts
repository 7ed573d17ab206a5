/** An error that is nobody's but ours: said so, with everything that a report of it needs. */
import { clean } from '../reports/words/text.ts'
import type { Io } from './io.ts'
import { ownManifest } from './manifest.ts'

export function tellOwnFault(what: unknown, io: Pick<Io, 'err' | 'machine'>): void {
  const { version, bugs } = ownManifest()
  const where = bugs === '' ? 'to the maintainers of ackward' : `at ${bugs}`
  const lines = detailsOf(what).split('\n')
  io.err(
    [
      "ackward: this is ackward's own fault, not that of the code under test.",
      ...lines.map((line) => `  ${clean(line.trim())}`),
      `Please report it ${where}, with the command and these lines. ackward ${version}, ${io.machine}`,
      '',
    ].join('\n'),
  )
}

function detailsOf(what: unknown): string {
  if (!(what instanceof Error)) return String(what)
  const head = `${what.name}: ${what.message}`
  const stack = what.stack ?? head
  const cause = what.cause === undefined ? '' : `\ncaused by ${detailsOf(what.cause)}`
  return (stack.includes(what.message) ? stack : `${head}\n${stack}`) + cause
}
