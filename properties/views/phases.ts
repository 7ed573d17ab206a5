/** The phases of a run: everything heals, the application rests, an operator restarts it where it had not gone on, it rests again. */
import type { ByWhat, OpOf } from './by-what.ts'

export interface Phases {
  readonly heal: OpOf<'phase'> | undefined
  readonly restart: OpOf<'phase'> | undefined
  readonly end: OpOf<'phase'> | undefined
  /** The rest after healing, before any operator came. */
  readonly first: Rest | undefined
  /** The last one. Loss is claimed from here only; undefined when a limit ended the run before. */
  readonly last: Rest | undefined
}

export interface Rest {
  readonly op: OpOf<'phase'>
  readonly state: OpOf<'state'> | undefined
  /** What a person sees at this moment: every op up to this index. */
  readonly upTo: number
  /** False where the harness waited as long as it does and the application still had not come to rest. */
  readonly settled: boolean
}

export function phasesOf(byWhat: ByWhat): Phases {
  const phases = byWhat.of('phase')
  const states = byWhat.of('state')
  const find = (name: OpOf<'phase'>['body']['phase']) => phases.find((op) => op.body.phase === name)
  const heal = find('heal')
  const rests = phases
    .filter((op) => op.body.phase === 'rest' && (heal === undefined || op.index > heal.index))
    .map((op): Rest => {
      // The state is taken when the rest has been reached: next to its op, on whichever side, within the neighbouring phases.
      const before = phases.findLast((other) => other.index < op.index)?.index ?? -1
      const next = phases.find((other) => other.index > op.index)?.index ?? Number.POSITIVE_INFINITY
      const state = states.findLast((other) => other.index > before && other.index < next)
      return { op, state, upTo: Math.max(op.index, state?.index ?? 0), settled: op.body.note !== 'not at rest' }
    })
  return { heal, restart: find('operator-restart'), end: find('end'), first: rests[0], last: rests.at(-1) }
}
