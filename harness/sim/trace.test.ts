import { expect, test } from 'vitest'
import { firstDifference, Trace } from './trace.ts'

function trace(draw: number, large = 10): Trace {
  const made = new Trace(true)
  made.event(1, 5, 0, 'timeout')
  made.draw(0, draw)
  made.bytes('out', 3, new Uint8Array(large))
  made.op([5, 'p', 1], { what: 'log', nested: [{ 1: -0.5, ok: true }, null, 'ünï', '\ud800'] })
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

test('operations are read back as they were, but for what is for people only', () => {
  const made = new Trace(true)
  const body = {
    what: 'log',
    list: [{ x: -0.5, big: 2 ** 40, ok: true }, null, 'ünï', '\ud83d'],
    empty: '',
    undef: undefined,
  }
  made.op([5, 'p'], { ...body, text: 'words', why: 'words', error: { name: 'E', message: 'words' } })
  made.op([6, 'p'], null)
  made.end()
  expect([...made.records()]).toEqual([
    `op ${JSON.stringify([5, 'p', { ...body, error: { name: 'E' } }])}`,
    'op [6,"p",null]',
  ])
})

test('many records over many chunks come back in order', () => {
  const made = new Trace(true)
  const texts = Array.from({ length: 5_000 }, (_, i) => `${i}`.repeat(1 + (i % 97)))
  for (const text of texts) made.op([text], { bytes: text })
  made.end()
  expect([...made.records()]).toEqual(texts.map((text) => `op ${JSON.stringify([text, { bytes: text }])}`))
})
