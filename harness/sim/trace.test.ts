import { expect, test } from 'vitest'
import { firstDifference, Trace } from './trace.ts'

function trace(draw: number, large = 10): Trace {
  const made = new Trace(true)
  made.event(1, 5, 0, 'timeout')
  made.draw(0, draw)
  made.bytes('out', 3, new Uint8Array(large))
  made.text('op', '{"what":"log"}')
  return made
}

test('equal records give equal hashes, and a different draw another', () => {
  expect(trace(0.5).end()).toBe(trace(0.5).end())
  expect(trace(0.5).end()).not.toBe(trace(0.25).end())
})

test('the first difference is named, with the event it belongs to', () => {
  const one = trace(0.5)
  const other = trace(0.25)
  one.end()
  other.end()
  expect(firstDifference(one, other)).toEqual({
    record: 1,
    after: 'event 1 at 5 ms of process 0: timeout',
    one: 'draw of process 0: 0.5',
    other: 'draw of process 0: 0.25',
  })
})

test('a record larger than a chunk is kept whole', () => {
  const one = trace(0.5, 1 << 20)
  one.end()
  expect([...one.records()].map((record) => record.length > 1 << 20)).toEqual([false, false, true, false])
})

test('a shorter trace differs at its end', () => {
  const one = new Trace(true)
  const other = trace(0.5)
  one.event(1, 5, 0, 'timeout')
  one.end()
  other.end()
  expect(firstDifference(one, other)?.one).toBe('the end')
})
