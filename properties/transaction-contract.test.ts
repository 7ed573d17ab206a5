import { describe, expect, it } from 'vitest'
import { Story } from './testing/history-builder.ts'
import { transactionContract as property } from './transaction-contract.ts'

/** Producer p begins a transaction of t in epoch 0 and sends m1 in it. */
function story(): Story {
  const s = new Story()
  s.starts('p')
  s.decides('Empty', [], 0)
  s.begins('p')
  const send = s.sends('p', ['m1'], { transaction: 1 })
  s.appends('orders/0', ['m1'], { producerId: '7', transactional: true })
  s.resolves(send, 'orders/0@0')
  return s
}

describe('transaction-contract', () => {
  it('holds where commit() and abort() resolve after the coordinator decided so', () => {
    const s = story()
    const commit = s.asksToEnd('p', 'commit')
    s.decides('PrepareCommit', ['orders/0'])
    s.end(commit)
    s.decides('CompleteCommit')
    s.begins('p', 2)
    s.resolves(s.sends('p', ['m2'], { transaction: 2 }))
    const abort = s.asksToEnd('p', 'abort', 2)
    s.decides('PrepareAbort', ['orders/0'])
    s.end(abort)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by a commit() that resolves and was never decided', () => {
    const s = story()
    s.end(s.asksToEnd('p', 'commit'))
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [
        {
          says: 'commit() of transaction 1 of t in p resolved, and the coordinator had decided nothing',
          messages: ['m1'],
          clause: 'commit-is-decided',
        },
      ],
    })
  })

  it('holds where the transaction of a former life is aborted while this one begins', () => {
    const s = story()
    s.dies('p')
    s.starts('p')
    const begin = s.asksToBegin('p')
    s.decides('PrepareAbort', ['orders/0'], 1)
    s.decides('CompleteAbort', [], 1)
    s.decides('Empty', [], 2)
    s.end(begin)
    s.resolves(s.sends('p', ['m1'], { transaction: 1 }))
    const commit = s.asksToEnd('p', 'commit')
    s.decides('PrepareCommit', ['orders/0'], 2)
    s.end(commit)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by an abort() that resolves after it was committed', () => {
    const s = story()
    const abort = s.asksToEnd('p', 'abort')
    s.decides('PrepareCommit', ['orders/0'])
    s.end(abort)
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ clause: 'abort-is-decided' }] })
  })

  it('says nothing of a commit() that throws, nor of a transaction that was given nothing', () => {
    const s = story()
    s.end(s.asksToEnd('p', 'commit'), 'unknown', { error: { name: 'E', code: '', retriable: null, message: '' } })
    s.begins('p', 2)
    s.end(s.asksToEnd('p', 'commit', 2))
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by a commit() that resolves for a producer that was fenced before', () => {
    const s = story()
    s.decides('Empty', [], 1)
    const commit = s.asksToEnd('p', 'commit')
    s.decides('PrepareCommit', ['orders/0'], 0)
    s.end(commit)
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'cluster',
      evidence: [{ says: expect.stringContaining('after t had been given epoch 1'), clause: 'fenced-is-told' }],
    })
  })

  it('holds where it was fenced while the commit was under way', () => {
    const s = story()
    const commit = s.asksToEnd('p', 'commit')
    s.decides('PrepareCommit', ['orders/0'])
    s.decides('Empty', [], 1)
    s.end(commit)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is unknown where coordinators cannot be seen', () => {
    const s = new Story()
    s.begins('p')
    s.resolves(s.sends('p', ['m1'], { transaction: 1 }))
    s.end(s.asksToEnd('p', 'commit'))
    expect(s.verdict(property)).toMatchObject({ is: 'unknown' })
  })
})
