/**
 * Every declaration against Apache's own definitions of two releases (facts/, made by scripts/kafka-facts.mjs), field by
 * field in every version: nothing missing, nothing more, same order, types, nullability, tags, defaults, ignorability.
 * 3.9.2 still has all the old versions, 4.4.0 has the newest.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { apis } from './apis/index.ts'
import { errorCodes, errorNames, isRetriable } from './error-codes.ts'
import { consumerProtocolAssignment, consumerProtocolSubscription } from './group-protocol.ts'
import { zeroUuid } from './primitives.ts'
import type { Field, Fields, Message } from './schema.ts'
import { covers, lastVersion, type VersionRange, versionRange } from './versions.ts'

type Fact = string | [string, ...Fact[]]
interface ApiFact {
  key: number
  versions: string
  flexible: string
  request: Fact[]
  response: Fact[]
}
interface Facts {
  release: string
  apis: Record<string, ApiFact>
  messages: Record<string, { versions: string; flexible: string; fields: Fact[] }>
  errors: string[]
}

const read = (release: string): Facts =>
  JSON.parse(readFileSync(new URL(`facts/kafka-${release}.json`, import.meta.url), 'utf8'))
const releases = [read('3.9.2'), read('4.4.0')]

/** A field that a release called differently; its place and its type are the same. */
const renamed: Record<string, string> = { 'TxnOffsetCommitRequest.generationId': 'generationIdOrMemberEpoch' }

interface Official {
  name: string
  type: string
  versions: VersionRange
  nullable: VersionRange | undefined
  default: string | undefined
  tag: number | undefined
  ignorable: boolean
  children: Official[]
}

const range = (text: string) => (text === 'none' ? undefined : versionRange(text))

function official(message: string, fact: Fact, parent: VersionRange): Official {
  const [line, ...inside] = typeof fact === 'string' ? [fact] : fact
  const [name, type, own, ...rest] = line.split(' ')
  const option = (key: string) => rest.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1)
  const versions = range(own!)!
  const tag = option('tag')?.split('@')
  if (tag !== undefined) expect(tag[1], `${message}.${name}: tagged in all its versions`).toBe(own)
  const bounded = { min: Math.max(versions.min, parent.min), max: Math.min(versions.max, parent.max) }
  return {
    name: renamed[`${message}.${name}`] ?? name!,
    type: type === 'bool' ? 'boolean' : type === '[]bool' ? '[]boolean' : type!,
    versions: bounded,
    nullable: range(option('nullable') ?? 'none'),
    default: option('default'),
    tag: tag && Number(tag[0]),
    ignorable: rest.includes('ignorable'),
    children: inside.map((child) => official(message, child, bounded)),
  }
}

const zeros: Record<string, string> = {
  boolean: 'false',
  string: '""',
  uuid: zeroUuid,
  bytes: 'empty',
  records: 'empty',
}

function shapeOfOfficial(fields: Official[], version: number, path = ''): string[] {
  return fields
    .filter((field) => covers(field.versions, version))
    .flatMap((field) => {
      const zero = field.type.startsWith('[]')
        ? 'empty'
        : field.type === 'struct'
          ? 'fields'
          : (zeros[field.type] ?? '0')
      return [
        tell(path + field.name, field.type, covers(field.nullable, version), field.default ?? zero, field.tag),
        ...shapeOfOfficial(field.children, version, `${path}${field.name}.`),
      ]
    })
}

function shapeOfOurs(fields: Fields, version: number, path = ''): string[] {
  return Object.entries(fields)
    .filter(([, field]) => covers(field.versions, version))
    .flatMap(([name, field]) => {
      const inside = field.fields ?? field.element?.fields
      const type = field.element === undefined ? field.kind : `[]${field.element.kind}`
      return [
        tell(path + name, type, covers(field.nullable, version), defaultOf(field), field.tag),
        ...(inside === undefined ? [] : shapeOfOurs(inside, version, `${path}${name}.`)),
      ]
    })
}

function tell(path: string, type: string, nullable: boolean, value: string, tag: number | undefined): string {
  return `${path}: ${type}${nullable ? ' | null' : ''} = ${value}${tag === undefined ? '' : ` (tag ${tag})`}`
}

function defaultOf({ default: value }: Field): string {
  if (value === undefined) return 'fields'
  if (value instanceof Uint8Array || Array.isArray(value)) return 'empty'
  return typeof value === 'string' && value !== zeroUuid ? JSON.stringify(value) : String(value)
}

/** path → ignorable, of every field that exists in some version */
function ignorables(fields: Official[], path = ''): [string, boolean][] {
  return fields.flatMap((field) => [
    [path + field.name, field.ignorable] as [string, boolean],
    ...ignorables(field.children, `${path}${field.name}.`),
  ])
}

function ourIgnorables(fields: Fields, path = ''): [string, boolean][] {
  return Object.entries(fields).flatMap(([name, field]) => [
    [path + name, field.ignorable] as [string, boolean],
    ...ourIgnorables(field.fields ?? field.element?.fields ?? {}, `${path}${name}.`),
  ])
}

function compare(message: Message, facts: Fact[][], ranges: VersionRange[]) {
  const everything = { min: 0, max: lastVersion }
  const officials = facts.map((fields) => fields.map((fact) => official(message.name, fact, everything)))
  let compared = 0
  for (let version = message.versions.min; version <= message.versions.max; version++) {
    for (const [index, fields] of officials.entries()) {
      if (!covers(ranges[index], version)) continue
      expect(shapeOfOurs(message.fields, version), `version ${version}`).toEqual(shapeOfOfficial(fields, version))
      compared++
    }
  }
  // Nothing of ours is outside the versions that were compared.
  expect(compared).toBeGreaterThanOrEqual(message.versions.max - message.versions.min + 1)
  // The newest release that has a field decides whether it is ignorable.
  const expected = new Map(officials.flatMap((fields) => ignorables(fields)))
  expect(new Map(ourIgnorables(message.fields))).toEqual(expected)
}

describe('declarations equal the official definitions', () => {
  for (const api of Object.values(apis)) {
    test(`${api.name} v${api.versions.min}-${api.versions.max}`, () => {
      const facts = releases.map((release) => release.apis[api.name]!)
      const ranges = facts.map((fact) => versionRange(fact.versions))
      for (const fact of facts) {
        expect(fact.key).toBe(api.key)
        expect(range(fact.flexible)).toEqual(api.flexible)
      }
      // Every version of both releases.
      expect(api.versions).toEqual({
        min: Math.min(...ranges.map(({ min }) => min)),
        max: Math.max(...ranges.map(({ max }) => max)),
      })
      compare(
        api.request,
        facts.map(({ request }) => request),
        ranges,
      )
      compare(
        api.response,
        facts.map(({ response }) => response),
        ranges,
      )
    })
  }

  for (const message of [consumerProtocolSubscription, consumerProtocolAssignment]) {
    test(message.name, () => {
      const facts = releases.map((release) => release.messages[message.name]!)
      compare(
        message,
        facts.map(({ fields }) => fields),
        facts.map(({ versions }) => versionRange(versions)),
      )
    })
  }
})

test('the APIs are in the order of their keys, each under its own name', () => {
  const keys = Object.values(apis).map(({ key }) => key)
  expect(keys).toEqual([...keys].sort((a, b) => a - b))
  for (const [name, api] of Object.entries(apis)) {
    expect(name).toBe(api.name.charAt(0).toLowerCase() + api.name.slice(1))
  }
})

test('error codes equal those of 4.4.0; 3.9.2 has a part of them', () => {
  const ours = errorNames.map((name) => `${name} ${errorCodes[name]}${isRetriable(name) ? ' retriable' : ''}`)
  expect(ours).toEqual(releases[1]!.errors)
  expect(ours).toEqual(expect.arrayContaining(releases[0]!.errors))
})
