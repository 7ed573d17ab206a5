/** Which error codes of which versions were seen, and that both sides gave them. */
import type { Release, Served } from '../harness/model/releases.ts'
import type { Played } from './both.ts'
import { codes } from './codes.ts'
import { codesIn, errorsIn, expectedOf, isDeclared, nameOf } from './declared.ts'
import type { Outcome } from './play.ts'

export const succeeded = (outcome: Outcome): boolean =>
  outcome.is === 'nothing' || (outcome.is === 'answer' && codesIn(outcome.body).every((code) => code === 0))

export class Reached {
  requests = 0
  succeeded = 0
  /** By API, version and name of the error. */
  readonly counts = new Map<string, Map<number, Map<string, number>>>()
  private readonly errors = new Map<Served, Set<string>>()

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
      const names = outcome.is === 'answer' ? codesIn(outcome.body).map(nameOf) : []
      for (const name of new Set(names.length > 0 ? names : [outcome.is === 'closed' ? 'closed' : 'no answer']))
        errors.set(name, (errors.get(name) ?? 0) + 1)
      const seen = this.errors.get(send.api) ?? new Set()
      this.errors.set(send.api, seen)
      if (outcome.is === 'answer') for (const name of errorsIn(outcome.body)) seen.add(name)
    }
  }

  /** Both sides gave it, and the table does not know of it. */
  undeclared(release: Release): readonly string[] {
    return [...this.errors].flatMap(([api, seen]) =>
      [...seen].filter((name) => !isDeclared(api, release, name)).map((name) => `${api} ${name}`),
    )
  }

  /** A line for each API: what the table says is come to, but for that which takes more brokers, or fewer. */
  missing(release: Release, brokers: 1 | 3): readonly string[] {
    return (Object.keys(codes) as Served[]).flatMap((api) => {
      const missing = expectedOf(api, release, brokers).filter((name) => this.errors.get(api)?.has(name) !== true)
      return missing.length === 0 ? [] : [`${api}, not reached in this run: ${missing.join(', ')}`]
    })
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
