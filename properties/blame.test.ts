import { expect, it } from 'vitest'
import { passDown } from './blame.ts'
import { effectsExactlyOnce } from './effects-exactly-once.ts'
import type { Judgement, Property } from './property.ts'
import { sendContract } from './send-contract.ts'

function violated({ name, party }: Property, messages: readonly string[], clause: string): Judgement {
  const evidence = [{ says: `${messages.join(' and ')} came to nothing`, messages, ops: [], clause }]
  return { property: name, party, verdict: { is: 'violated', party, evidence } }
}

const judged = [effectsExactlyOnce, sendContract]
const partyOf = (lost: readonly string[], explained: readonly string[]) =>
  passDown(
    [violated(effectsExactlyOnce, lost, 'lost'), violated(sendContract, explained, 'resolved-is-stored')],
    judged,
  )[0]

it('passes an accusation down when the client broke its promise about every message of it', () => {
  expect(partyOf(['m1', 'm2'], ['m1', 'm2', 'm3'])).toMatchObject({ party: 'client' })
})

it('does not pass it down for some of them', () => {
  expect(partyOf(['m1', 'm2'], ['m1'])).toMatchObject({ party: 'application' })
})

it('does not pass down an accusation that names none', () => {
  expect(partyOf([], ['m1'])).toMatchObject({ party: 'application' })
})
