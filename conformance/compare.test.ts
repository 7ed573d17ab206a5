import { describe, expect, it } from 'vitest'
import { encodeBatch } from '../harness/wire/records.ts'
import { Comparison } from './compare.ts'
import type { Exchange, Outcome, Transcript } from './play.ts'
import type { Send } from './sequence.ts'

const send: Send = { connection: 0, api: 'metadata', version: 9, body: {} }

/** What came of requests, one after the other. */
function transcript(prefix: string, ...outcomes: readonly (Outcome | object)[]): Transcript {
  const exchanges = outcomes.map((outcome, step): Exchange => {
    const is = 'is' in outcome ? (outcome as Outcome) : ({ is: 'answer', body: outcome } as const)
    return { step, send, body: {}, outcome: is, after: step }
  })
  return { prefix, exchanges }
}

const between = (kafka: readonly object[], model: readonly object[]) =>
  Comparison.of(transcript('k-', ...kafka), transcript('m-', ...model)).map(
    ({ step, path, expected, actual }) => `${step} ${path}: ${expected} / ${actual}`,
  )

describe('two transcripts are the same', () => {
  it.each<[string, object[], object[]]>([
    ['answers that are equal', [{ errorCode: 0, offset: 5n }], [{ errorCode: 0, offset: 5n }]],
    ['names behind their own prefix', [{ groupId: 'k-g0' }], [{ groupId: 'm-g0' }]],
    ['ids that each gives out', [{ producerId: 7n }, { producerId: 7n }], [{ producerId: 1n }, { producerId: 1n }]],
    ['members by the names of either', [{ leader: 'a', memberId: 'a' }], [{ leader: 'x', memberId: 'x' }]],
    [
      'topics in any order',
      [
        {
          topics: [
            { name: 'k-a', errorCode: 0 },
            { name: 'k-b', errorCode: 3 },
          ],
        },
      ],
      [
        {
          topics: [
            { name: 'm-b', errorCode: 3 },
            { name: 'm-a', errorCode: 0 },
          ],
        },
      ],
    ],
    [
      'members in any order, as they were known',
      [
        { memberId: 'a' },
        { memberId: 'b' },
        {
          members: [
            { memberId: 'a', metadata: 1 },
            { memberId: 'b', metadata: 2 },
          ],
        },
      ],
      [
        { memberId: 'y' },
        { memberId: 'x' },
        {
          members: [
            { memberId: 'x', metadata: 2 },
            { memberId: 'y', metadata: 1 },
          ],
        },
      ],
    ],
    ['texts, if there is one', [{ errorMessage: 'No.' }], [{ errorMessage: 'It is not so.' }]],
    [
      'the groups of others',
      [{ groups: [{ groupId: 'other' }, { groupId: 'k-g' }] }],
      [{ groups: [{ groupId: 'm-g' }] }],
    ],
    ['what is served by both', [{ apiKeys: [{ apiKey: 0 }, { apiKey: 99 }] }], [{ apiKeys: [{ apiKey: 0 }] }]],
    ['no answer in either way', [{ is: 'pending' }], [{ is: 'nothing' }]],
  ])('%s', (_, kafka, model) => expect(between(kafka, model)).toEqual([]))
})

describe('two transcripts differ', () => {
  it.each<[string, object[], object[], string]>([
    ['in an error', [{ errorCode: 3 }], [{ errorCode: 0 }], '0 errorCode: 3 / 0'],
    ['in a kind of number', [{ offset: 5n }], [{ offset: 5 }], '0 offset: "5n" / 5'],
    ['in what is missing', [{ topics: [{ name: 'k-a' }] }], [{ topics: [] }], '0 topics.length: 1 / 0'],
    ['in a name', [{ groupId: 'k-g0' }], [{ groupId: 'm-g1' }], '0 groupId: "k-g0" / "m-g1"'],
    [
      'in whom they mean',
      [{ producerId: 7n }, { producerId: 7n }],
      [{ producerId: 1n }, { producerId: 2n }],
      '1 producerId: "7n" / "2n"',
    ],
    [
      'as two are one',
      [{ producerId: 7n }, { producerId: 8n }],
      [{ producerId: 1n }, { producerId: 1n }],
      '1 producerId: "8n" / "1n"',
    ],
    ['as nobody is somebody', [{ producerId: -1n }], [{ producerId: 1n }], '0 producerId: "-1n" / "1n"'],
    ['as one says nothing', [{ errorMessage: 'No.' }], [{ errorMessage: null }], '0 errorMessage: "No." / null'],
    ['as one closes the connection', [{ is: 'closed' }], [{ errorCode: 0 }], '0 : "closed" / "answer"'],
    ['as one waits', [{ errorCode: 0 }], [{ is: 'pending' }], '0 : "answer" / "no answer"'],
    [
      'in an order that means something',
      [{ abortedTransactions: [1n, 2n] }],
      [{ abortedTransactions: [2n, 1n] }],
      '0 abortedTransactions[0]: "1n" / "2n"',
    ],
  ])('%s', (_, kafka, model, says) => expect(between(kafka, model)[0]).toBe(says))

  it('and only the first answer that differs is told', () => {
    expect(between([{ a: 1 }, { a: 1 }], [{ a: 2 }, { a: 2 }])).toEqual(['0 a: 1 / 2'])
  })

  it('in when the answer came', () => {
    const late = transcript('m-', { errorCode: 0 })
    const exchanges = late.exchanges.map((one) => ({ ...one, after: 1 }))
    expect(Comparison.of(transcript('k-', { errorCode: 0 }), { ...late, exchanges })).toMatchObject([
      { expected: '"answered after step 0"', actual: '"answered after step 1"' },
    ])
  })
})

describe('records', () => {
  const batch = (value: string, producerId = 7n) =>
    encodeBatch({
      records: [{ value: Buffer.from(value) }],
      producerId,
      producerEpoch: 0,
      baseSequence: 0,
      baseTimestamp: 5n,
    })

  it('are compared by what they say, and their producers by the bijection', () => {
    expect(
      between([{ producerId: 7n }, { records: batch('a') }], [{ producerId: 1n }, { records: batch('a', 1n) }]),
    ).toEqual([])
    expect(between([{ records: batch('a') }], [{ records: batch('b') }])[0]).toMatch(
      /^0 records\[0\]\.inside\[0\]\.value: /,
    )
    expect(between([{ records: batch('a') }], [{ records: batch('a').subarray(0, 20) }])[0]).toMatch(/^0 records\[0\]/)
  })
})
