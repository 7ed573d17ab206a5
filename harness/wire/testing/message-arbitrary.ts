/** For tests: fast-check arbitraries of the decoded form of any declared message, in a given version. */
import fc from 'fast-check'
import { zeroUuid } from '../primitives.ts'
import type { Field, Fields, Message, MessageOf } from '../schema.ts'
import { covers } from '../versions.ts'

const int = (bits: number) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 })
const unsigned = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 })
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const byteString = fc.uint8Array({ maxLength: 20 })

const scalars: { [kind: string]: fc.Arbitrary<unknown> } = {
  boolean: fc.boolean(),
  int8: int(8),
  int16: int(16),
  int32: int(32),
  int64,
  uint16: unsigned(16),
  uint32: unsigned(32),
  varint: int(32),
  varlong: int64,
  float64: fc.double({ noNaN: true }),
  uuid: fc.oneof(
    fc.constant(zeroUuid),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  ),
  // Longer than 127 bytes now and then, where a compact length takes a second byte.
  string: fc.oneof(
    { arbitrary: fc.string({ unit: 'grapheme', maxLength: 10 }), weight: 9 },
    fc.string({ minLength: 120, maxLength: 140 }),
  ),
  bytes: byteString,
  records: byteString,
}

/** Every field; those that the version lacks at their defaults, as decoding gives them. */
export function messageArbitrary<M extends Message>(message: M, version: number): fc.Arbitrary<MessageOf<M>> {
  return fields(message.fields, version) as fc.Arbitrary<MessageOf<M>>
}

function fields(declared: Fields, version: number): fc.Arbitrary<object> {
  return fc.record(
    Object.fromEntries(
      Object.entries(declared).map(([name, field]) => [
        name,
        covers(field.versions, version) ? value(field, version) : fc.constant(defaultValue(field)),
      ]),
    ),
    { noNullPrototype: true },
  )
}

function value(field: Field, version: number): fc.Arbitrary<unknown> {
  const present =
    field.kind === 'struct'
      ? fields(field.fields!, version)
      : field.kind === 'array'
        ? fc.array(value(field.element!, version), { maxLength: 3 })
        : scalars[field.kind]!
  const nullable = covers(field.nullable, version) ? fc.option(present, { freq: 3 }) : present
  return fc.oneof({ arbitrary: nullable, weight: 4 }, fc.constant(defaultValue(field)))
}

export function defaultValue(field: Field): unknown {
  if (field.default !== undefined) return Array.isArray(field.default) ? [] : field.default
  return Object.fromEntries(Object.entries(field.fields!).map(([name, child]) => [name, defaultValue(child)]))
}
