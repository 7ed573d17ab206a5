/** What of a run is nobody's fault but ours: the harness failed, or the built-in cluster broke what it promises. */
import type { Ended } from '../../harness/run.ts'
import type { Judgement } from '../../properties/property.ts'

export function ownFaultIn(run: {
  readonly ended: Ended
  readonly judgements: readonly Judgement[]
}): string | undefined {
  if (run.ended.by === 'harness') return run.ended.says
  for (const { property, verdict } of run.judgements) {
    if (verdict.is === 'violated' && verdict.party === 'cluster')
      return `the built-in cluster broke ${property}: ${verdict.evidence[0]?.says ?? 'no evidence'}`
  }
  return undefined
}
