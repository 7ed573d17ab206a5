import { expect, it } from 'vitest'
import type { Crossing } from '../faults/anchors.ts'
import type { Op } from '../history/op.ts'
import type { Proc } from '../sim/process.ts'
import type { Fate, Pending } from './requests.ts'
import { Witness } from './witness.ts'

function watching() {
  const said: string[] = []
  const witness = new Witness((what) => said.push(what))
  const proc = {
    name: 'p',
    incarnation: 1,
    sealed: false,
    hung: false,
    paused: false,
    get dead() {
      return this.sealed && !this.hung
    },
  }
  witness.born(proc as Proc)
  return { said, witness, proc }
}

const crossing = {
  process: 'p',
  incarnation: 1,
  call: { api: 'Produce' },
  reachedMs: { before: 10, applied: 11, answered: -1 },
} as Crossing

const op = (phase: Op['phase'], what: 'send' | 'applied', at: Op['at'] = 'application'): Op =>
  ({ process: 'p', incarnation: 1, at, phase, body: { what } }) as Op

const lost = (how: 'fin' | 'rst' | 'late', lateMs = 0): Pending =>
  ({
    crossing,
    fates: [how === 'late' ? { index: 0, is: 'late', lateMs } : { index: 0, is: 'lost', how }] as Fate[],
  }) as Pending

it('says nothing of a process that lives', () => {
  const { said, witness } = watching()
  witness.op(op('invoke', 'send'))
  for (const point of ['before', 'applied', 'answered'] as const) witness.reached(crossing, point, 12, undefined)
  expect(said).toEqual([])
})

it.each(['sealed', 'paused'] as const)('says so when a %s process does something', (state) => {
  const { said, witness, proc } = watching()
  proc[state] = true
  witness.op(op('invoke', 'send'))
  expect(said).toEqual([`p is ${state === 'sealed' ? 'dead' : 'paused'}, and send was written in its name`])
})

it('lets what was under way end: an effect that is applied, a call that nobody will know the end of', () => {
  const { said, witness, proc } = watching()
  proc.sealed = true
  witness.op(op('ok', 'applied'))
  witness.op(op('unknown', 'send'))
  witness.op(op('ok', 'send', 'cluster'))
  witness.reached(crossing, 'applied', 12, undefined)
  expect(said).toEqual([])
})

it('says so when a call of the dead leaves or its answer arrives', () => {
  const { said, witness, proc } = watching()
  proc.sealed = true
  witness.reached(crossing, 'before', 12, undefined)
  witness.reached(crossing, 'answered', 12, undefined)
  expect(said).toHaveLength(2)
})

it('lets what was written leave before it hung, and hands nothing to it', () => {
  const { said, witness, proc } = watching()
  proc.sealed = proc.hung = true
  witness.reached(crossing, 'before', 12, undefined)
  expect(said).toEqual([])
  witness.reached(crossing, 'answered', 12, undefined)
  witness.op(op('invoke', 'send'))
  expect(said).toEqual([
    'p is hung, and its Produce reached the point answered',
    'p is hung, and send was written in its name',
  ])
})

it('says so when a lost answer arrives, or a late one too early', () => {
  const { said, witness } = watching()
  witness.reached(crossing, 'answered', 12, lost('fin'))
  witness.reached(crossing, 'answered', 12, lost('late', 5_000))
  expect(said).toEqual([
    'the answer to Produce by p was lost (fin), and arrived',
    'the answer to Produce by p was lost (late), and arrived',
  ])
})

it('does not mind a late answer that comes late', () => {
  const { said, witness } = watching()
  witness.reached(crossing, 'answered', 5_012, lost('late', 5_000))
  expect(said).toEqual([])
})
