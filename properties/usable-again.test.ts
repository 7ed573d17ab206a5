import { describe, expect, it } from 'vitest'
import { Story } from './testing/history-builder.ts'
import { usableAgain as property } from './usable-again.ts'

/** Everything heals; `calls` happen so long after it; then the run rests again. */
function healed(ms: number, calls: (s: Story) => void): Story {
  const s = new Story()
  s.starts('p')
  s.rests()
  s.passes(ms)
  calls(s)
  s.rests()
  return s
}
const fails = (s: Story, message: string, phase: 'fail' | 'unknown' = 'unknown') =>
  s.throws(s.sends('p', [message]), phase, 'KafkaJSNumberOfRetriesExceeded', 'ECONNRESET')

describe('usable-again', () => {
  it('is violated by a producer that fails twice long after everything healed', () => {
    const s = healed(3_000, (s) => {
      fails(s, 'm1')
      fails(s, 'm2')
    })
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [
        { says: expect.stringContaining('failed 2 times after everything had healed'), clause: 'producer-works-again' },
      ],
    })
  })

  it('holds where one succeeds, where only one fails, and soon after healing', () => {
    const stories = [
      healed(3_000, (s) => {
        fails(s, 'm1')
        fails(s, 'm2')
        s.resolves(s.sends('p', ['m3']))
      }),
      healed(3_000, (s) => fails(s, 'm1')),
      healed(100, (s) => {
        fails(s, 'm1')
        fails(s, 'm2')
      }),
    ]
    for (const s of stories) expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('does not count what kafkajs refuses, nor what died with its process', () => {
    const s = healed(3_000, (s) => {
      fails(s, 'm1', 'fail')
      fails(s, 'm2', 'fail')
      s.sends('p', ['m3'])
      s.dies('p')
    })
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // kafkajs never leaves COMMITTING when the answer to a commit is missing.
  it('is violated by a producer that can begin no transaction any more', () => {
    const never = healed(3_000, (s) => {
      s.begins('p', 1, 'fail')
      s.begins('p', 2, 'fail')
    })
    expect(never.verdict(property)).toEqual({ is: 'holds' })
    const s = new Story()
    s.starts('p')
    s.begins('p')
    s.end(s.asksToEnd('p', 'commit'), 'unknown')
    s.rests()
    s.passes(3_000)
    s.begins('p', 2, 'fail')
    s.begins('p', 3, 'fail')
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ clause: 'transactions-work-again' }] })
  })

  it('is unknown where the run did not come to rest', () => {
    const s = new Story()
    s.sends('p', ['m1'])
    expect(s.verdict(property)).toMatchObject({ is: 'unknown' })
  })
})
