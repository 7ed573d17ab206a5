import { expect, it } from 'vitest'
import type { Inferred } from '../../properties/guarantee.ts'
import { guaranteeWords } from './guarantee.ts'

const rests = { runs: 1204, struck: 300, telling: 290 }
const says = (more: Pick<Inferred, 'guarantee' | 'ofItself' | 'anomalies'>) => guaranteeWords({ ...rests, ...more })

it('says what it is, what that rests on, and what was seen', () => {
  expect(says({ guarantee: 'exactly-once', ofItself: 'exactly-once', anomalies: [] })).toBe(
    'exactly once, over 1,204 runs with 300 struck faults: nothing was lost or repeated',
  )
  const anomalies = [{ harm: 'repeated', party: 'configuration', runs: 3 }] as const
  expect(says({ guarantee: 'at-least-once', ofItself: 'at-least-once', anomalies })).toBe(
    'at least once, over 1,204 runs with 300 struck faults: repeated in 3 runs by the configuration',
  )
})

it('tells apart what the client does to it', () => {
  const anomalies = [{ harm: 'lost', party: 'client', runs: 1 }] as const
  expect(says({ guarantee: 'at-most-once', ofItself: 'exactly-once', anomalies })).toBe(
    'at most once, over 1,204 runs with 300 struck faults: lost in 1 run by the client (kafkajs); of itself exactly once',
  )
})

it('admits that it knows nothing', () => {
  expect(says({ guarantee: null, ofItself: null, anomalies: [] })).toMatch(/^nothing is known: /)
})
