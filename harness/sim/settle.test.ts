import { expect, test } from 'vitest'
import { drive } from './settle.ts'

test('between two steps all nextTicks and microtasks have run, nextTicks first', async () => {
  const seen: string[] = []
  let step = 0
  await drive(
    () => {
      step++
      seen.push(`step ${step}`)
      void Promise.resolve()
        .then(() => seen.push(`promise ${step}`))
        .then(() => seen.push(`its continuation ${step}`))
      process.nextTick(() => seen.push(`tick ${step}`))
      return step === 40 ? 'stop' : 'again'
    },
    () => {},
  )
  const expected = Array.from({ length: 40 }, (_, i) => i + 1).flatMap((n) => [
    `step ${n}`,
    `tick ${n}`,
    `promise ${n}`,
    `its continuation ${n}`,
  ])
  // What the last step left behind has been drained as well by the time that drive() resolved, but for its continuation's order.
  expect(seen.slice(0, 39 * 4)).toEqual(expected.slice(0, 39 * 4))
})

test('a rejection that nobody handles is reported before the next step, and to nobody else', async () => {
  const seen: string[] = []
  let step = 0
  await drive(
    () => {
      step++
      seen.push(`step ${step}`)
      if (step === 1) void Promise.reject(new Error('lost'))
      if (step === 2)
        process.nextTick(() => {
          throw new Error('thrown')
        })
      return step === 3 ? 'stop' : 'again'
    },
    (kind, error) => seen.push(`${kind}: ${(error as Error).message}`),
  )
  expect(seen).toEqual(['step 1', 'rejection: lost', 'step 2', 'exception: thrown', 'step 3'])
})

test('other listeners are back afterwards', async () => {
  const mine = (): void => {}
  process.on('unhandledRejection', mine)
  await drive(
    () => 'stop',
    () => {},
  )
  expect(process.listeners('unhandledRejection')).toContain(mine)
  process.off('unhandledRejection', mine)
})
