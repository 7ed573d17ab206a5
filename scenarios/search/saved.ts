/** What a kept plan carries, and whether it still means what it did. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plan, Saved } from '../../harness/plan/plan.ts'
import { type FindingId, findingName } from './finding.ts'
import type { Replay } from './jobs.ts'

export function savedAs({ traceHash }: Pick<Replay, 'traceHash'>, finding: FindingId): Saved {
  const { cause } = finding
  return { ackward: ackwardVersion(), client: clientVersion(), finding: findingName(finding), cause, traceHash }
}

/**
 * Why a saved plan no longer means what it did; '' when it does. A plan without anchors that were missed, made by the same versions and
 * with the same trace, is what it was.
 */
export function staleness({ saved, faults }: Plan, replay: Replay): string {
  if (saved === undefined) return ''
  const missed = replay.missed.map(({ index }) => faults[index]!.kind)
  if (missed.length > 0) return `it no longer reaches its anchors (${missed.join(', ')})`
  if (saved.traceHash === replay.traceHash) return ''
  if (saved.ackward !== ackwardVersion()) return `it was saved by ackward ${saved.ackward}, this is ${ackwardVersion()}`
  if (saved.client !== clientVersion()) return `it was saved with ${saved.client}, this is ${clientVersion()}`
  return 'the application has changed since: the same faults strike, the run goes another way'
}

function ackwardVersion(): string {
  return (
    versionIn(new URL('../../package.json', import.meta.url)) ??
    versionIn(new URL('../../../package.json', import.meta.url)) ??
    'unknown'
  )
}

function clientVersion(): string {
  const manifest = createRequire(import.meta.url)('kafkajs/package.json') as { version: string }
  return `kafkajs ${manifest.version}`
}

function versionIn(url: URL): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(url, 'utf8')) as { name?: string; version?: string }
    return name === 'ackward' ? version : undefined
  } catch {
    return undefined
  }
}
