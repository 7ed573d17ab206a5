import { expect, test } from 'vitest'
import { stream } from './random.ts'

test('a stream is a function of seed and name', () => {
  const draws = (seed: string, name: string) => Array.from({ length: 5 }, () => stream(seed, name).int(1_000_000))
  expect(draws('s', 'net')).toEqual(draws('s', 'net'))
  expect(draws('s', 'net')).not.toEqual(draws('s', 'process'))
  expect(draws('s', 'net')).not.toEqual(draws('t', 'net'))
})

test('known draws: a change here changes every plan ever saved', () => {
  const one = stream('ackward', 'test')
  expect([one.int(1_000), one.int(1_000), one.int(1_000), [...one.bytes(3)]]).toMatchInlineSnapshot(`
    [
      796,
      716,
      962,
      [
        181,
        236,
        130,
      ],
    ]
  `)
})

test('no draw is made when there is only one choice', () => {
  const a = stream('s', 'n')
  const b = stream('s', 'n')
  a.int(1)
  expect(a.float()).toBe(b.float())
})
