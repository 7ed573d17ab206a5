/** Every answer that a fault may ask for, in every version, through the codec and back: the error stands wherever the version has a place. */
import { expect, it } from 'vitest'
import { errorAnswers, errorsAt } from '../plan/error-answers.ts'
import { type ApiName, apis, byKey } from '../wire/apis/index.ts'
import { errorCodes } from '../wire/error-codes.ts'
import { decodeRequestBody, decodeRequestHeader, decodeResponseFrame, encodeRequestFrame } from '../wire/frame.ts'
import type { Api, Field, Fields, RequestInput } from '../wire/schema.ts'
import { covers } from '../wire/versions.ts'
import { createCluster } from './cluster.ts'
import { errorBody } from './error-body.ts'
import { encodeAnswer } from './front.ts'
import { seeded } from './testing/cluster-stage.ts'

const state = createCluster({ brokers: 2, imitate: '3.9', topics: [{ name: 'orders', partitions: 2 }] }, seeded(1))

/** A request with one of everything. */
function sample(fields: Fields, version: number): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) {
    if (covers(field.versions, version) && field.tag === undefined) made[name] = one(name, field, version)
  }
  return made
}

function one(name: string, { kind, fields, element }: Field, version: number): unknown {
  if (kind === 'array') return [one(name, element!, version)]
  if (kind === 'struct') return sample(fields!, version)
  if (kind === 'string') return 'orders'
  if (kind === 'boolean') return true
  if (kind === 'bytes' || kind === 'records') return new Uint8Array(0)
  if (kind === 'uuid') return 'AAAAAAAAAAAAAAAAAAAAAQ'
  return kind === 'int64' || kind === 'varlong' ? 1n : 1
}

/** Values of every field of an answer that is an error code. */
function* codesIn(value: unknown): Generator<number> {
  if (Array.isArray(value)) for (const each of value) yield* codesIn(each)
  else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    for (const [name, each] of Object.entries(value)) {
      if (/^(partitionE|e)rrorCode$/.test(name)) yield each as number
      else yield* codesIn(each)
    }
  }
}

const named = Object.values(apis) as readonly Api[]
const cases = Object.keys(errorAnswers).flatMap((name) => {
  const api = named.find((one) => one.name === name)!
  const { min, max } = api.versions
  return Array.from({ length: max - min + 1 }, (_, i) => [name, min + i, api] as const)
})

it.each(cases)('%s %i', (_name, apiVersion, api) => {
  const frame = encodeRequestFrame(
    api,
    apiVersion,
    7,
    'test',
    sample(api.request.fields, apiVersion) as RequestInput<Api>,
  )
  const header = decodeRequestHeader(frame.subarray(4))
  const request = {
    connection: 1,
    broker: 1,
    apiKey: api.key,
    apiVersion,
    correlationId: 7,
    clientId: 'test',
    clientHost: '/x',
    body: decodeRequestBody(api, header, frame.subarray(4)),
  }
  const [error] = [...errorsAt(api.name, 'before'), ...errorsAt(api.name, 'applied')]
  const bytes = encodeAnswer({ kind: 'answer', request, body: errorBody(state, request, error!) })!
  const { correlationId, body } = decodeResponseFrame(api, apiVersion, bytes.subarray(4))
  expect(correlationId).toBe(7)
  const codes = [...codesIn(body)]
  expect(codes).toContain(errorCodes[error!])
  // A top-level code may be there beside those of partitions; nothing says another error.
  expect(codes.filter((code) => code !== 0 && code !== errorCodes[error!])).toEqual([])
})

it('is there for every API that a plan may name, and errors are those of Kafka', () => {
  for (const [name, errors] of Object.entries(errorAnswers)) {
    expect([...byKey.values()].some((api) => api.name === name)).toBe(true)
    for (const error of Object.keys(errors)) expect(errorCodes).toHaveProperty(error)
  }
  expect(Object.keys(apis) satisfies string[] as ApiName[]).not.toEqual([])
})
