import { expect, test } from 'vitest'
import { connection, type Segment } from './connection.ts'
import { blackHole, Rules, slow } from './rules.ts'

const on = connection(1, 'app', 'broker-1:9092')
const data: Segment = { kind: 'data', bytes: new Uint8Array(1) }
const delays = (rules: Rules, segment: Segment = data) => {
  const verdict = rules.judge(segment, on, 'up')
  return verdict.is === 'delay' ? verdict.ms : verdict.is
}

test('what falls into a hole is sent again, at growing intervals', () => {
  // Data after 200, 600, 1400, 3000 ms; a SYN after 1, 3, 7 s.
  const rules = new Rules()
  let left = 0
  rules.add(blackHole({ client: 'app', server: null, way: 'both' }, () => left))
  const at = (ms: number, segment?: Segment) => {
    left = ms
    return delays(rules, segment)
  }
  expect([at(0), at(1), at(200), at(201), at(1_500), at(3_000)]).toEqual(['pass', 200, 200, 600, 3_000, 3_000])
  expect([at(1, { kind: 'syn' }), at(1_001, { kind: 'syn' })]).toEqual([1_000, 3_000])
})

test('a hole is between one client and one server, one way', () => {
  const judged = (of: Parameters<typeof blackHole>[0]) => blackHole(of, () => 1)(data, on, 'up').is
  expect(judged({ client: 'app', server: 'broker-1:9092', way: 'up' })).toBe('delay')
  expect(judged({ client: 'app', server: 'broker-1:9092', way: 'down' })).toBe('pass')
  expect(judged({ client: 'app', server: 'broker-2:9092', way: 'both' })).toBe('pass')
  expect(judged({ client: 'other', server: null, way: 'both' })).toBe('pass')
})

test('a hole comes before a slow link, and can be lifted', () => {
  const rules = new Rules()
  rules.add(slow('app', 7))
  const lift = rules.addFirst(blackHole({ client: 'app', server: null, way: 'both' }, () => 100))
  expect(delays(rules)).toBe(200)
  lift()
  expect(delays(rules)).toBe(7)
})
