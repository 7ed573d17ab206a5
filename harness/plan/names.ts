/** The closed vocabularies of a plan, as values. The types in plan.ts keep them complete. */
import type { EffectVerb } from '../clients/effects-port.ts'
import { byKey } from '../wire/apis/index.ts'
import type { FaultKind, Guarantee, Point } from './plan.ts'

const complete = <T extends string>(names: Readonly<Record<T, true>>): readonly T[] => Object.keys(names) as T[]

export const guarantees = complete<Guarantee>({
  none: true,
  'at-most-once': true,
  'at-least-once': true,
  'exactly-once': true,
})

export const points = complete<Point>({ before: true, applied: true, answered: true })

export const faultKinds = complete<FaultKind['kind']>({
  crash: true,
  pause: true,
  stop: true,
  'second-instance': true,
  'lost-ack': true,
  'cut-answer': true,
  'lost-request': true,
  'error-answer': true,
  'slow-link': true,
  'black-hole': true,
  'leader-move': true,
  'broker-restart': true,
  'broker-wipe': true,
  'machine-crash': true,
  'broker-partition': true,
  'unclean-election': true,
  'disk-full': true,
  'stale-metadata': true,
  'empty-metadata': true,
  'controller-loss': true,
  'coordinator-load': true,
  'slow-markers': true,
  'cluster-reset': true,
  'topic-recreate': true,
  retention: true,
  'offset-reset': true,
})

export const effectVerbs = complete<EffectVerb>({ apply: true, upsert: true, get: true, transaction: true })

/** Every API that a crossing can be of, by its official name, in the order of its key. */
export const apiNames: readonly string[] = [...byKey.values()].map(({ name }) => name)
