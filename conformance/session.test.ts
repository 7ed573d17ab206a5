import { describe, expect, it } from 'vitest'
import { decodeRecords, parseBatchHeader } from '../harness/wire/records.ts'
import { type BatchRef, name, type Send } from './sequence.ts'
import { Session } from './session.ts'

const send = (api: Send['api'], body: Send['body'], as?: string): Send => {
  return { connection: 0, api, version: 4, body, ...(as !== undefined && { as }) }
}
const batch = (more: Partial<BatchRef> = {}): BatchRef => ({
  $: 'batch',
  of: 'p',
  topic: 't',
  partition: 0,
  count: 2,
  ...more,
})
const produce = (ref: BatchRef): Send =>
  send('produce', { topicData: [{ name: name('t'), partitionData: [{ index: 0, records: ref }] }] })
const recordsOf = (session: Session, ref: BatchRef): Uint8Array => {
  const body = session.bodyOf(produce(ref)) as { topicData: { partitionData: { records: Uint8Array }[] }[] }
  return body.topicData[0]!.partitionData[0]!.records
}
const stored = (errorCode = 0) => ({
  responses: [{ name: 'a-t', topicId: '', partitionResponses: [{ index: 0, errorCode }] }],
})

describe('references', () => {
  it('of what nobody gave out are nobody’s', () => {
    const body = send('heartbeat', {
      groupId: name('g'),
      memberId: { $: 'memberId', of: 'm' },
      generationId: { $: 'generation', of: 'm', plus: 1 },
      producerId: { $: 'producerId', of: 'p' },
    })
    expect(new Session('a-').bodyOf(body)).toEqual({ groupId: 'a-g', memberId: '', generationId: 0, producerId: -1n })
  })

  it('are filled in from answers', () => {
    const session = new Session('a-')
    session.learn(send('initProducerId', {}, 'p'), { errorCode: 0, producerId: 7n, producerEpoch: 3 })
    session.learn(send('initProducerId', {}, 'p'), { errorCode: 51, producerId: -1n, producerEpoch: -1 })
    session.learn(send('joinGroup', {}, 'm'), { memberId: 'member-1', generationId: 4 })
    session.learn(send('metadata', {}), { topics: [{ name: 'a-t', topicId: 'id-of-t' }] })
    const body = send('heartbeat', {
      epoch: { $: 'producerEpoch', of: 'p', plus: -1 },
      id: { $: 'producerId', of: 'p' },
      member: { $: 'memberId', of: 'm' },
      generation: { $: 'generation', of: 'm' },
      topic: { $: 'topicId', of: 't' },
    })
    expect(session.bodyOf(body)).toEqual({ epoch: 2, id: 7n, member: 'member-1', generation: 4, topic: 'id-of-t' })
  })
})

describe('batches', () => {
  it('count on from what was stored', () => {
    const session = new Session('a-')
    session.learn(send('initProducerId', {}, 'p'), { errorCode: 0, producerId: 7n, producerEpoch: 0 })
    const next = () => parseBatchHeader(recordsOf(session, batch())).baseSequence
    expect(next()).toBe(0)
    session.learn(produce(batch()), stored())
    expect(next()).toBe(2)
    session.learn(produce(batch()), stored(45))
    // What was repeated on purpose was there already.
    session.learn(produce(batch({ sequencePlus: -1 })), stored())
    expect(next()).toBe(2)
    expect(parseBatchHeader(recordsOf(session, batch({ sequencePlus: 1 }))).baseSequence).toBe(3)
  })

  it('are damaged as asked for', () => {
    const session = new Session('a-')
    const whole = recordsOf(session, batch({ of: '' }))
    expect(decodeRecords(whole)).toHaveLength(2)
    expect(recordsOf(session, batch({ of: '', damage: 'cut' })).length).toBe(whole.length - 3)
    expect(recordsOf(session, batch({ of: '', damage: 'two' })).length).toBe(whole.length * 2)
    expect(recordsOf(session, batch({ of: '', damage: 'magic' }))[16]).toBe(3)
    expect(recordsOf(session, batch({ of: '', damage: 'crc' }))[17]).not.toBe(whole[17])
    expect(parseBatchHeader(recordsOf(session, batch({ of: '', damage: 'empty' }))).recordCount).toBe(0)
  })
})
