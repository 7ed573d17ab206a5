import { describe, expect, it } from 'vitest'
import { failureOf, isRefusal } from './failure.ts'
import { identityOf } from './identity.ts'

describe('identity of a record', () => {
  it.each([
    ['header as kafkajs delivers it', { key: Buffer.from('k'), headers: { 'ackward-id': Buffer.from('m1') } }, 'm1'],
    ['header as applications give it', { key: 'k', headers: { 'ackward-id': 'm1' } }, 'm1'],
    ['the first of several headers', { key: 'k', headers: { 'ackward-id': ['m1', 'm2'] } }, 'm1'],
    ['else the key', { key: Buffer.from('é'), headers: {} }, 'é'],
    ['else the key, without headers', { key: 'k' }, 'k'],
    ['else nothing', { key: null, headers: { other: 'x' } }, ''],
  ])('%s', (_, record, id) => expect(identityOf(record)).toBe(id))

  it('reads no more of a pooled buffer than is its own', () => {
    expect(identityOf({ key: new Uint8Array(Buffer.from('abcdef').buffer, Buffer.from('').byteOffset, 0) })).toBe('')
    expect(identityOf({ key: Buffer.from('abcdef').subarray(2, 4) })).toBe('cd')
  })
})

describe('a failure', () => {
  it('has the name of Kafka, found under kafkajs wrappers', () => {
    const cause = Object.assign(new Error('moved'), { type: 'NOT_LEADER_FOR_PARTITION', code: 6, retriable: true })
    const wrapper = Object.assign(new Error('gave up', { cause }), {
      name: 'KafkaJSNumberOfRetriesExceeded',
      retriable: false,
    })
    expect(failureOf(wrapper)).toEqual({
      name: 'KafkaJSNumberOfRetriesExceeded',
      code: 'NOT_LEADER_FOR_PARTITION',
      retriable: false,
      message: 'gave up',
    })
  })

  it('has the code of Node, or none, and takes anything', () => {
    expect(failureOf(Object.assign(new Error('x'), { code: 'ECONNRESET' })).code).toBe('ECONNRESET')
    expect(failureOf(new TypeError('x'))).toEqual({ name: 'TypeError', code: '', retriable: null, message: 'x' })
    expect(failureOf('text')).toEqual({ name: 'string', code: '', retriable: null, message: 'text' })
    expect(failureOf(undefined).name).toBe('undefined')
    const ring: { cause?: unknown } = {}
    ring.cause = ring
    expect(failureOf(ring).code).toBe('')
  })

  it('is a refusal only where kafkajs asked nobody', () => {
    const named = (name: string, cause?: unknown) => Object.assign(new Error('x', { cause }), { name })
    expect(isRefusal(named('KafkaJSNonRetriableError'))).toBe(true)
    expect(isRefusal(named('KafkaJSNonRetriableError', new Error('of the cluster')))).toBe(false)
    expect(isRefusal(named('KafkaJSProtocolError'))).toBe(false)
    expect(isRefusal(new TypeError('x'))).toBe(false)
  })
})
