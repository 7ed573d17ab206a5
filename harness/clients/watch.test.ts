import { describe, expect, it, vi } from 'vitest'
import { unhandled } from './testing/unhandled.ts'
import { disguise, watchCall, watchHandler } from './watch.ts'

const watcher = () => ({ ok: vi.fn(), fail: vi.fn() })

describe('a call of the application', () => {
  it('settles as the real one does, with the very same value or error', async () => {
    const value = {}
    const error = new Error('no')
    const [well, badly] = [watcher(), watcher()]
    expect(await watchCall(async () => value, well)).toBe(value)
    expect(well.ok).toHaveBeenCalledExactlyOnceWith(value)
    await expect(watchCall(() => Promise.reject(error), badly)).rejects.toBe(error)
    expect(badly.fail).toHaveBeenCalledExactlyOnceWith(error)
    expect(badly.ok).not.toHaveBeenCalled()
  })

  it('is recorded before the application hears of it', async () => {
    const order: string[] = []
    await watchCall(async () => {}, { ok: () => order.push('recorded'), fail: () => {} }).then(() =>
      order.push('heard'),
    )
    expect(order).toEqual(['recorded', 'heard'])
  })

  it('throws where the real one throws', () => {
    const error = new TypeError('at once')
    const seen = watcher()
    const call = () => {
      throw error
    }
    expect(() => watchCall(call, seen)).toThrow(error)
    expect(seen.fail).toHaveBeenCalledExactlyOnceWith(error)
  })

  it('hands out one promise where the real one does, and still records both calls', async () => {
    const shared = Promise.resolve(1)
    const [first, second] = [watcher(), watcher()]
    expect(watchCall(() => shared, first)).toBe(watchCall(() => shared, second))
    await shared
    expect(first.ok).toHaveBeenCalledOnce()
    expect(second.ok).toHaveBeenCalledOnce()
  })

  it('leaves a rejection unhandled that the application does not handle, and only that', async () => {
    expect(await unhandled(() => watchCall(() => Promise.reject(new Error('nobody')), watcher()))).toEqual(['nobody'])
    expect(await unhandled(() => watchCall(() => Promise.reject(new Error('me')), watcher()).catch(() => {}))).toEqual(
      [],
    )
  })
})

describe('a handler of the application', () => {
  it('gives its very promise to the client', async () => {
    const promise = Promise.resolve()
    const seen = watcher()
    expect(watchHandler(() => promise, seen)).toBe(promise)
    await promise
    expect(seen.ok).toHaveBeenCalledOnce()
  })

  it('may return nothing, or throw at once', () => {
    const seen = watcher()
    expect(watchHandler(() => undefined, seen)).toBe(undefined)
    expect(seen.ok).toHaveBeenCalledOnce()
    expect(() =>
      watchHandler(() => {
        throw new Error('at once')
      }, seen),
    ).toThrow('at once')
    expect(seen.fail).toHaveBeenCalledOnce()
  })

  it('is asked once for its result if it is a lazy thenable', async () => {
    const run = vi.fn()
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: as query builders do
      then(ok: (rows: string) => void) {
        run()
        ok('rows')
      },
    }
    const seen = watcher()
    expect(await watchHandler(() => query, seen)).toBe('rows')
    expect(run).toHaveBeenCalledOnce()
    expect(seen.ok).toHaveBeenCalledOnce()
  })
})

it('disguises a wrapper as the function that it stands for', () => {
  async function send(_record: unknown) {}
  const wrapper = disguise(async () => {}, send)
  expect([wrapper.name, wrapper.length]).toEqual(['send', 1])
})
