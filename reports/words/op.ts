/** One operation of a history, as a person would note it in a time line: who, and what. */
import type { Body, Op, Phase } from '../../harness/history/op.ts'
import { clusterWords } from './op-cluster.ts'
import { processWords } from './op-process.ts'
import type { BodyOf, Words } from './op-words.ts'

/** The process and its life (`consumer-0`, `consumer-0, life 2`), the cluster, the team's store, the workload, `fault` or `phase`. */
export function whoDid({ process, incarnation, at, body }: Op): string {
  if (body.what === 'applied') return 'store'
  if (body.what === 'written') return 'workload'
  if (body.what === 'fault') return 'fault'
  if (process !== '') return incarnation > 1 ? `${process}, life ${incarnation}` : process
  return at === 'cluster' ? 'cluster' : 'phase'
}

const words: Words<Body['what']> = { ...processWords, ...clusterWords }

export function whatHappened({ phase, body }: Op): string {
  const say = words[body.what] as (body: BodyOf<Body['what']>, phase: Phase) => string
  return say(body, phase)
}
