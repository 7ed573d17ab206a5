/** Which error codes of which versions were seen, and that both sides gave them. */
import { errorName } from '../harness/wire/error-codes.ts'
import type { Played } from './both.ts'
import type { Outcome } from './play.ts'

/** Every field that tells of an error, of the whole or of a part. */
export function codesIn(value: unknown): readonly number[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  return Object.entries(value).flatMap(([field, inside]) =>
    /errorCode$/i.test(field) && typeof inside === 'number' ? [inside] : codesIn(inside),
  )
}

export const succeeded = (outcome: Outcome): boolean =>
  outcome.is === 'nothing' || (outcome.is === 'answer' && codesIn(outcome.body).every((code) => code === 0))

export class Reached {
  requests = 0
  succeeded = 0
  /** By API, version and name of the error. */
  readonly counts = new Map<string, Map<number, Map<string, number>>>()

  add({ real, difference }: Played): void {
    for (const { step, send, outcome } of real.exchanges) {
      // From its first difference on, a sequence shows nothing of both.
      if (difference !== undefined && step >= difference.step) return
      this.requests++
      if (succeeded(outcome)) this.succeeded++
      const versions = this.counts.get(send.api) ?? new Map<number, Map<string, number>>()
      this.counts.set(send.api, versions)
      const errors = versions.get(send.version) ?? new Map<string, number>()
      versions.set(send.version, errors)
      const names = outcome.is === 'answer' ? codesIn(outcome.body).map((code) => errorName(code) ?? String(code)) : []
      for (const name of new Set(names.length > 0 ? names : [outcome.is === 'closed' ? 'closed' : 'no answer']))
        errors.set(name, (errors.get(name) ?? 0) + 1)
    }
  }

  /** A line for each API: its versions, and how often each error was seen in any of them. */
  lines(): readonly string[] {
    return [...this.counts]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([api, versions]) => {
        const all = new Map<string, number>()
        for (const errors of versions.values())
          for (const [name, count] of errors) all.set(name, (all.get(name) ?? 0) + count)
        const told = [...all].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`)
        const numbers = [...versions.keys()].sort((a, b) => a - b)
        return `${api} ${numbers[0]}-${numbers.at(-1)} (${numbers.length} versions): ${told.join(', ')}`
      })
  }
}
