import { expect, it } from 'vitest'
import { likelyCause } from './likely.ts'

it.each([
  ['event 3 at 1 ms of process 0: x', 'event 3 at 2 ms of process 0: x', /^an order/],
  ['event 3 at 1 ms of process 0: x', 'draw of process 0: 0.5', /settled outside of its event/],
  ['timer of process 0: 10 ms', 'timer of process 0: 11 ms', /^a time that is not in the plan/],
  ['clock reading of process 0', 'clock reading of process 1', /^a time/],
  ['draw of process 0: 0.5', 'draw of process 0: 0.25', /^a random choice/],
  ['3 bytes out on connection 1: 00aabb', '3 bytes out on connection 1: 00aabc', /^a value that is not in the plan/],
  ['op {"a":1}', 'op {"a":2}', /^a value/],
  ['op {"a":1}', 'the end', /outlived the first run/],
])('%s against %s', (one, other, says) => {
  expect(likelyCause(one, other)).toMatch(says)
  expect(likelyCause(other, one)).toMatch(says)
})
