/**
 * One declaration per message gives its static types and both directions of its codec, in every version.
 *
 *     export const heartbeat = api('Heartbeat', {
 *       key: 12, versions: '0-4', flexible: '4+',
 *       request: { groupId: string(), groupInstanceId: string({ in: '3+', nullable: '3+', or: null }) },
 *       response: { throttleTimeMs: int32({ in: '1+' }), errorCode: int16() },
 *     })
 *
 * A field with `in`, `tag` or `or` may be left out on the way in, and is always present on the way out: a version that
 * lacks it decodes to its default. A range on a field bounds everything inside it.
 */
import type { Codec } from './codec.ts'
import { zeroUuid } from './primitives.ts'
import { covers, type VersionRange, versionRange } from './versions.ts'

export * from './encoding.ts'

export interface FieldOptions<T> {
  /** The versions that have the field. Default: all. */
  readonly in?: string
  /** The versions in which it may be null. */
  readonly nullable?: string | true
  /** Its tag, where it travels in the tag section. */
  readonly tag?: number
  /** Its default, where that is not the zero of its type. */
  readonly or?: T | null
  /** A value is silently lost in versions that lack the field; without this, encoding it there throws. */
  readonly ignorable?: true
}

export type ScalarKind =
  | 'boolean'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint16'
  | 'uint32'
  | 'varint'
  | 'varlong'
  | 'float64'
  | 'uuid'
  | 'string'
  | 'bytes'
  | 'records'

declare const types: unique symbol

/** A declared field. `Out` is what decoding gives, `In` is what encoding takes. */
export interface Field<Out = unknown, In = unknown, Optional extends boolean = boolean> {
  readonly kind: ScalarKind | 'struct' | 'array'
  /** Of a struct. */
  readonly fields?: Fields
  /** Of an array. */
  readonly element?: Field
  readonly versions: VersionRange
  readonly nullable: VersionRange | undefined
  readonly tag: number | undefined
  /** Whether it may be left out on the way in: it has `in`, `tag` or `or`. */
  readonly optional: boolean
  /** `undefined` for a struct: its default is that of each of its fields. */
  readonly default: unknown
  readonly ignorable: boolean
  /** Exists for the type checker only. */
  readonly [types]: { out: Out; in: In; optional: Optional }
}

export type Fields = { readonly [name: string]: Field }

type Nullable<T, O> = O extends { nullable: string | true } ? T | null : T
type IsOptional<O> = O extends { in: string } | { tag: number } | { or: unknown } ? true : false
type Declared<O, Out, In = Out> = Field<Nullable<Out, O>, Nullable<In, O>, IsOptional<O>>
type NoOptions = Record<never, never>

type OutOf<F> = F extends { readonly [types]: { out: infer Out } } ? Out : never
type InOf<F> = F extends { readonly [types]: { in: infer In } } ? In : never
type Optional<F extends Fields> = {
  [K in keyof F]: F[K] extends { readonly [types]: { optional: true } } ? K : never
}[keyof F]
type Flat<T> = { [K in keyof T]: T[K] }

export type Decoded<F extends Fields> = { -readonly [K in keyof F]: OutOf<F[K]> }
export type Encodable<F extends Fields> = Flat<
  { readonly [K in Exclude<keyof F, Optional<F>>]: InOf<F[K]> } & {
    readonly [K in Optional<F>]?: InOf<F[K]> | undefined
  }
>

const zeros = {
  boolean: false,
  int8: 0,
  int16: 0,
  int32: 0,
  int64: 0n,
  uint16: 0,
  uint32: 0,
  varint: 0,
  varlong: 0n,
  float64: 0,
  uuid: zeroUuid,
  string: '',
  bytes: new Uint8Array(0),
  records: new Uint8Array(0),
  array: [] as readonly unknown[],
  struct: undefined,
} as const

const everyVersion = versionRange('0+')

function declare(
  kind: Field['kind'],
  options: FieldOptions<unknown> = {},
  shape: { fields?: Fields; element?: Field } = {},
): Field {
  const versions = options.in === undefined ? everyVersion : versionRange(options.in)
  const nullable = options.nullable === true ? versions : options.nullable && versionRange(options.nullable)
  if (options.or === null && !nullable) throw new TypeError('a field whose default is null must be nullable')
  return {
    kind,
    ...shape,
    versions,
    nullable: nullable || undefined,
    tag: options.tag,
    optional: options.in !== undefined || options.tag !== undefined || options.or !== undefined,
    default: options.or === undefined ? zeros[kind] : options.or,
    ignorable: options.ignorable ?? false,
  } as Field
}

type Scalar<T> = <const O extends FieldOptions<T> = NoOptions>(options?: O) => Declared<O, T>

function scalar<T>(kind: ScalarKind): Scalar<T> {
  return ((options?: FieldOptions<unknown>) => declare(kind, options)) as Scalar<T>
}

export const boolean = scalar<boolean>('boolean')
export const int8 = scalar<number>('int8')
export const int16 = scalar<number>('int16')
export const int32 = scalar<number>('int32')
export const int64 = scalar<bigint>('int64')
export const uint16 = scalar<number>('uint16')
export const uint32 = scalar<number>('uint32')
export const varint = scalar<number>('varint')
export const varlong = scalar<bigint>('varlong')
export const float64 = scalar<number>('float64')
/** In Kafka's notation, 22 characters of base64url; `zeroUuid` is none. */
export const uuid = scalar<string>('uuid')
export const string = scalar<string>('string')
/** Decoded without copying: shares memory with the frame. */
export const bytes = scalar<Uint8Array>('bytes')
/** Record batches as they are on the wire (see records.ts). Decoded without copying: shares memory with the frame. */
export const records = scalar<Uint8Array>('records')

export function struct<const F extends Fields, const O extends FieldOptions<never> = NoOptions>(
  fields: F,
  options?: O,
): Declared<O, Decoded<F>, Encodable<F>> {
  return declare('struct', options, { fields }) as Declared<O, Decoded<F>, Encodable<F>>
}

type ElementOut<E> = E extends Field ? OutOf<E> : E extends Fields ? Decoded<E> : never
type ElementIn<E> = E extends Field ? InOf<E> : E extends Fields ? Encodable<E> : never

/** An array of one field, or of structs: `array(int32())`, `array({ name: string() })`. */
export function array<const E extends Field | Fields, const O extends FieldOptions<never> = NoOptions>(
  element: E,
  options?: O,
): Declared<O, ElementOut<E>[], readonly ElementIn<E>[]> {
  return declare('array', options, { element: isField(element) ? element : struct(element as Fields) }) as Declared<
    O,
    ElementOut<E>[],
    readonly ElementIn<E>[]
  >
}

function isField(element: Field | Fields): element is Field {
  return typeof element.kind === 'string'
}

/** One direction of an API, or any other versioned structure (a group's metadata, a control record). */
export interface Message<F extends Fields = Fields> {
  readonly name: string
  readonly versions: VersionRange
  readonly flexible: VersionRange | undefined
  readonly fields: F
  /** Compiled when a version is first used. */
  readonly codecs: (Codec | undefined)[]
}

export interface Api<Name extends string = string, Req extends Fields = Fields, Res extends Fields = Fields> {
  readonly name: Name
  readonly key: number
  readonly versions: VersionRange
  readonly flexible: VersionRange | undefined
  readonly request: Message<Req>
  readonly response: Message<Res>
}

export type MessageOf<M> = M extends Message<infer F> ? Decoded<F> : never
export type MessageInput<M> = M extends Message<infer F> ? Encodable<F> : never
/** What decoding a request gives: every field, those that the version lacks at their defaults. */
export type RequestOf<A extends Api> = Decoded<A['request']['fields']>
export type ResponseOf<A extends Api> = Decoded<A['response']['fields']>
/** What encoding a request takes: fields with `in`, `tag` or `or` may be left out. */
export type RequestInput<A extends Api> = Encodable<A['request']['fields']>
export type ResponseInput<A extends Api> = Encodable<A['response']['fields']>

export function message<const F extends Fields>(
  name: string,
  declaration: { versions: string; flexible?: string; fields: F },
): Message<F> {
  const { versions, flexible, fields } = declaration
  return {
    name,
    versions: versionRange(versions),
    flexible: flexible === undefined ? undefined : versionRange(flexible),
    fields,
    codecs: [],
  }
}

export function api<const Name extends string, const Req extends Fields, const Res extends Fields>(
  name: Name,
  declaration: { key: number; versions: string; flexible?: string; request: Req; response: Res },
): Api<Name, Req, Res> {
  const { key, request, response, ...common } = declaration
  const asked = message(`${name}Request`, { ...common, fields: request })
  const answered = message(`${name}Response`, { ...common, fields: response })
  return { name, key, versions: asked.versions, flexible: asked.flexible, request: asked, response: answered }
}

export function isFlexible(api: Pick<Api, 'flexible'>, version: number): boolean {
  return covers(api.flexible, version)
}

export function supports(api: Pick<Api, 'versions'>, version: number): boolean {
  return covers(api.versions, version)
}
