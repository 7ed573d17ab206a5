/**
 * Compiles one version of a message to two straight functions, made from source text: in a tree of closures every field of
 * every message would go through the same few call sites, which V8 can't specialise. `vm.compileFunction` rather than
 * `Function`, which a run may have hardened. The text comes from our own declarations only, never from the wire.
 *
 * For Heartbeat v0 the two are, in essence:
 *
 *     (w, v) => { w.string(v.groupId, 'HeartbeatRequest v0: groupId'); …; if (v.groupInstanceId !== null) w.lacks(…) }
 *     (r) => { const v0 = r.string('HeartbeatRequest v0: groupId'); …; return { groupId: v0, …, groupInstanceId: null } }
 */
import { compileFunction } from 'node:vm'
import type { Reader, Writer } from './primitives.ts'
import type { Field, Fields, Message, ScalarKind } from './schema.ts'
import { covers } from './versions.ts'

export interface Codec {
  encode(writer: Writer, value: unknown): void
  decode(reader: Reader): unknown
}

export function compile(message: Message, version: number): Codec {
  const name = `${message.name} v${version}`
  const context: Context = { version, flexible: covers(message.flexible, version), names: 0 }
  const value = fresh(context)
  const encode = [`w.struct(${value}, ${text(name)})`, ...writeFields(context, message.fields, value, `${name}: `)]
  const result = fresh(context)
  const decode = [...readFields(context, message.fields, result, `${name}: `), `return ${result}`]
  return {
    encode: build(encode, ['w', value], `${name} encode`) as Codec['encode'],
    decode: build(decode, ['r'], `${name} decode`) as Codec['decode'],
  }
}

interface Context {
  readonly version: number
  readonly flexible: boolean
  names: number
}

const text = (value: string) => JSON.stringify(value)
const fresh = (context: Context) => `v${context.names++}`

function build(lines: string[], parameters: string[], name: string) {
  return compileFunction(`'use strict'\n${lines.join('\n')}`, parameters, { filename: `wire:${name}` })
}

const present = (context: Context, field: Field) => covers(field.versions, context.version)
const isNullable = (context: Context, field: Field) => covers(field.nullable, context.version)
const isTagged = (context: Context, field: Field) => context.flexible && field.tag !== undefined

/** The method of Reader and Writer for this field. */
function method(context: Context, field: Field): string {
  const kind = field.kind as ScalarKind
  if (kind !== 'string' && kind !== 'bytes' && kind !== 'records') return kind
  const name = `${isNullable(context, field) ? 'nullable' : ''}${kind === 'string' ? 'String' : 'ByteString'}`
  return context.flexible ? `compact${capital(name)}` : name.charAt(0).toLowerCase() + name.slice(1)
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

/** The default as source text. */
function defaultOf(field: Field): string {
  if (field.default === undefined) {
    const fields = Object.entries(field.fields!).map(([name, child]) => `${name}: ${defaultOf(child)}`)
    return `{ ${fields.join(', ')} }`
  }
  if (typeof field.default === 'bigint') return `${field.default}n`
  if (field.default instanceof Uint8Array) return 'new Uint8Array(0)'
  return JSON.stringify(field.default)
}

/** Source text that tells whether the value at `at` is the default. */
function isDefault(field: Field, at: string): string {
  if (field.default === undefined) {
    const fields = Object.entries(field.fields!).map(([name, child]) => isDefaultOrAbsent(child, `${at}.${name}`))
    return fields.length === 0 ? 'true' : `(${at} !== null && ${fields.join(' && ')})`
  }
  if (field.default instanceof Uint8Array || Array.isArray(field.default)) {
    return `(${at} !== null && ${at}.length === 0)`
  }
  return `${at} === ${defaultOf(field)}`
}

function isDefaultOrAbsent(field: Field, at: string): string {
  return `(${at} === undefined || ${isDefault(field, at)})`
}

function writeFields(context: Context, fields: Fields, from: string, path: string): string[] {
  const lines: string[] = []
  const tagged: { tag: number; value: string; differs: string; lines: string[] }[] = []
  for (const [name, field] of Object.entries(fields)) {
    const where = text(path + name)
    const value = fresh(context)
    if (!present(context, field)) {
      if (field.ignorable) continue
      lines.push(`const ${value} = ${from}.${name}`)
      lines.push(`if (!${isDefaultOrAbsent(field, value)}) w.lacks(${where}, ${value})`)
      continue
    }
    lines.push(`let ${value} = ${from}.${name}`)
    if (isTagged(context, field)) {
      const body = writeValue(context, field, value, path + name)
      tagged.push({ tag: field.tag!, value, differs: `!${isDefaultOrAbsent(field, value)}`, lines: body })
    } else {
      if (field.optional) lines.push(`if (${value} === undefined) ${value} = ${defaultOf(field)}`)
      lines.push(...writeValue(context, field, value, path + name))
    }
  }
  if (context.flexible) lines.push(...writeTagged(context, tagged))
  return lines
}

function writeTagged(context: Context, tagged: { tag: number; differs: string; lines: string[] }[]): string[] {
  if (tagged.length === 0) return ['w.unsignedVarint(0)']
  tagged.sort((a, b) => a.tag - b.tag)
  const differs = tagged.map(() => fresh(context))
  const lines = tagged.map((field, index) => `const ${differs[index]} = ${field.differs}`)
  lines.push(`w.unsignedVarint(${differs.map((name) => `(${name} ? 1 : 0)`).join(' + ')})`)
  for (const [index, field] of tagged.entries()) {
    const start = fresh(context)
    lines.push(`if (${differs[index]}) {`, `w.unsignedVarint(${field.tag})`, `const ${start} = w.position`)
    lines.push(...field.lines, `w.prefixSize(${start})`, '}')
  }
  return lines
}

function writeValue(context: Context, field: Field, value: string, path: string): string[] {
  const where = text(path)
  if (field.kind === 'struct') {
    const body = writeFields(context, field.fields!, value, `${path}.`)
    if (!isNullable(context, field)) return [`w.struct(${value}, ${where})`, ...body]
    return [`w.present(${value}, ${where})`, `if (${value} !== null) {`, ...body, '}']
  }
  if (field.kind === 'array') {
    const [index, element] = [fresh(context), fresh(context)]
    const body = [
      `w.${context.flexible ? 'compactArrayLength' : 'arrayLength'}(${value}, ${where})`,
      `for (let ${index} = 0; ${index} < ${value}.length; ${index}++) {`,
      `const ${element} = ${value}[${index}]`,
      ...writeValue(context, field.element!, element, `${path}[]`),
      '}',
    ]
    if (!isNullable(context, field)) return body
    const none = context.flexible ? 'w.unsignedVarint(0)' : `w.int32(-1, ${where})`
    return [`if (${value} === null) ${none}`, 'else {', ...body, '}']
  }
  return [`w.${method(context, field)}(${value}, ${where})`]
}

function readFields(context: Context, fields: Fields, into: string, path: string): string[] {
  const lines: string[] = []
  const tagged: { tag: number; lines: string[] }[] = []
  const members: string[] = []
  for (const [name, field] of Object.entries(fields)) {
    if (!present(context, field)) {
      members.push(`${name}: ${defaultOf(field)}`)
      continue
    }
    const value = fresh(context)
    members.push(`${name}: ${value}`)
    lines.push(isTagged(context, field) ? `let ${value} = ${defaultOf(field)}` : `let ${value}`)
    const body = readValue(context, field, value, path + name)
    if (isTagged(context, field)) tagged.push({ tag: field.tag!, lines: body })
    else lines.push(...body)
  }
  if (context.flexible) lines.push(...readTagged(context, tagged, path))
  lines.push(`const ${into} = { ${members.join(', ')} }`)
  return lines
}

/** Unknown tags are skipped: a newer peer may send them. */
function readTagged(context: Context, tagged: { tag: number; lines: string[] }[], path: string): string[] {
  const [left, tag, size, outer] = [fresh(context), fresh(context), fresh(context), fresh(context)]
  const where = text(`${path}tagged fields`)
  return [
    `for (let ${left} = r.unsignedVarint(${where}); ${left} > 0; ${left}--) {`,
    `const ${tag} = r.unsignedVarint(${where})`,
    `const ${size} = r.unsignedVarint(${where})`,
    `const ${outer} = r.enter(${size}, ${where})`,
    `switch (${tag}) {`,
    ...tagged.flatMap((field) => [`case ${field.tag}: {`, ...field.lines, 'break', '}']),
    `default: r.take(${size}, ${where})`,
    '}',
    `r.leave(${outer}, ${where})`,
    '}',
  ]
}

function readValue(context: Context, field: Field, into: string, path: string): string[] {
  const where = text(path)
  if (field.kind === 'struct') {
    const value = fresh(context)
    const body = [...readFields(context, field.fields!, value, `${path}.`), `${into} = ${value}`]
    if (!isNullable(context, field)) return ['{', ...body, '}']
    return [`if (r.int8(${where}) < 0) ${into} = null`, 'else {', ...body, '}']
  }
  if (field.kind === 'array') {
    const [count, element, items] = [fresh(context), fresh(context), fresh(context)]
    const size = Math.max(1, leastSize(context, field.element!))
    return [
      `const ${count} = r.${context.flexible ? 'compactArrayLength' : 'arrayLength'}(${size}, ${where})`,
      `if (${count} < 0) ${into} = ${isNullable(context, field) ? 'null' : `r.unexpectedNull(${where})`}`,
      'else {',
      `const ${items} = []`,
      `for (let i = 0; i < ${count}; i++) {`,
      `let ${element}`,
      ...readValue(context, field.element!, element, `${path}[]`),
      `${items}.push(${element})`,
      '}',
      `${into} = ${items}`,
      '}',
    ]
  }
  return [`${into} = r.${method(context, field)}(${where})`]
}

const sizes: { readonly [K in ScalarKind]: number } = {
  boolean: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint16: 2,
  uint32: 4,
  varint: 1,
  varlong: 1,
  float64: 8,
  uuid: 16,
  string: 2,
  bytes: 4,
  records: 4,
}

/** The least number of bytes that a value can take; it bounds the number of elements before any of them is read. */
function leastSize(context: Context, field: Field): number {
  if (field.kind === 'struct') {
    if (isNullable(context, field)) return 1
    let size = context.flexible ? 1 : 0
    for (const child of Object.values(field.fields!)) {
      if (present(context, child) && !isTagged(context, child)) size += leastSize(context, child)
    }
    return size
  }
  if (field.kind === 'array') return context.flexible ? 1 : 4
  const lengthPrefixed = field.kind === 'string' || field.kind === 'bytes' || field.kind === 'records'
  return context.flexible && lengthPrefixed ? 1 : sizes[field.kind]
}
