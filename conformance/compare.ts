/**
 * Two transcripts of one sequence, compared field by field. What clusters give out themselves is compared by a bijection: what one side
 * called A the other may call B, but then always, and nothing else.
 */
import { batchesOf } from './batches.ts'
import type { Exchange, Transcript } from './play.ts'
import { CREATED_MS } from './session.ts'

export interface Difference {
  readonly step: number
  readonly api: string
  readonly version: number
  /** `topics[0].partitions[1].errorCode`; '' for what came of the request as a whole. */
  readonly path: string
  readonly expected: string
  readonly actual: string
}

/** Kinds of names that a cluster makes up, by the fields that carry them. */
const GIVEN: Readonly<Record<string, string>> = {
  memberId: 'member',
  leader: 'member',
  producerId: 'producer',
  topicId: 'topic',
  clusterId: 'cluster',
  // How often its partition has had another leader, in all that was played before.
  coordinatorEpoch: 'coordinatorEpoch',
  host: 'host',
  port: 'port',
}

/** What a side says without meaning anything by it: the same on both. */
const NOBODY: ReadonlySet<unknown> = new Set<unknown>(['', -1, -1n, null, 'AAAAAAAAAAAAAAAAAAAAAA'])

/** Where Kafka tells in the order of a hash table. */
const UNORDERED: ReadonlySet<string> = new Set([
  'topics',
  'partitions',
  'members',
  'groups',
  'responses',
  'partitionResponses',
  'resultsByTopicV3AndBelow',
  'resultsByPartition',
  'results',
  'configs',
  'synonyms',
  'isrNodes',
  'replicaNodes',
])

/** See `served` in explained.ts. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'supportedFeatures',
  'finalizedFeatures',
  'finalizedFeaturesEpoch',
  // See `controller` there.
  'controllerId',
])

/** A wall clock, or a text for people: that there is one is compared, not what it says. */
const LOOSE: ReadonlySet<string> = new Set([
  'errorMessage',
  'batchIndexErrorMessage',
  'logAppendTimeMs',
  'documentation',
])

export class Comparison {
  readonly differences: Difference[] = []
  private readonly names = new Map<string, unknown>()
  /** What kind of resource is being described. */
  private resource: unknown
  private readonly expected: Transcript
  private readonly actual: Transcript

  private constructor(expected: Transcript, actual: Transcript) {
    this.expected = expected
    this.actual = actual
  }

  /** `expected` is what Apache Kafka did. Stops at the first exchange that differs: what follows is another story. */
  static of(expected: Transcript, actual: Transcript): readonly Difference[] {
    const comparison = new Comparison(expected, actual)
    for (const [nth, one] of expected.exchanges.entries()) {
      comparison.exchange(one, actual.exchanges[nth]!)
      if (comparison.differences.length > 0) break
    }
    return comparison.differences
  }

  private exchange(one: Exchange, other: Exchange): void {
    const tell = (path: string, expected: unknown, actual: unknown): void => {
      const { api, version } = one.send
      this.differences.push({ step: one.step, api, version, path, expected: shown(expected), actual: shown(actual) })
    }
    const how = (exchange: Exchange): string => {
      const { is } = exchange.outcome
      return is === 'pending' || is === 'nothing' ? 'no answer' : is
    }
    if (how(one) !== how(other)) tell('', how(one), how(other))
    else if (one.outcome.is === 'answer' && other.outcome.is === 'answer') {
      if (one.after !== other.after) tell('', `answered after step ${one.after}`, `answered after step ${other.after}`)
      this.values('', '', one.outcome.body, other.outcome.body, tell)
    }
  }

  private values(
    path: string,
    field: string,
    expected: unknown,
    actual: unknown,
    tell: (path: string, expected: unknown, actual: unknown) => void,
  ): void {
    if (field === 'records') {
      this.values(path, '', batchesOf(expected), batchesOf(actual), tell)
      return
    }
    if (LEFT_OUT.has(field)) return
    if (field === 'maxVersion' && Number(actual) <= Number(expected)) return
    if (LOOSE.has(field)) {
      if (isSaid(expected) !== isSaid(actual)) tell(path, expected, actual)
      return
    }
    if (expected instanceof Uint8Array && actual instanceof Uint8Array) {
      if (Buffer.compare(expected, actual) !== 0) tell(path, expected, actual)
      return
    }
    if (Array.isArray(expected) && Array.isArray(actual)) {
      this.lists(path, field, expected, actual, tell)
      return
    }
    if (isObject(expected) && isObject(actual)) {
      if ('resourceType' in expected) this.resource = expected.resourceType
      for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)]))
        this.values(path === '' ? key : `${path}.${key}`, key, expected[key], actual[key], tell)
      return
    }
    if (field === 'timestamp' && isWallClock(expected) && isWallClock(actual)) return
    if (!this.same(field, expected, actual)) tell(path, expected, actual)
  }

  private lists(
    path: string,
    field: string,
    expected: readonly unknown[],
    actual: readonly unknown[],
    tell: (path: string, expected: unknown, actual: unknown) => void,
  ): void {
    if (field === 'apiKeys' || (field === 'configs' && this.resource === 4)) expected = onlyAlso(expected, actual)
    const ones = this.arranged(field, expected, this.expected, (given) => given)
    const others = this.arranged(field, actual, this.actual, (given) => this.names.get(`member<${given}`) ?? given)
    if (ones.length !== others.length) tell(`${path}.length`, ones.length, others.length)
    for (let nth = 0; nth < Math.min(ones.length, others.length); nth++)
      this.values(`${path}[${nth}]`, '', ones[nth], others[nth], tell)
  }

  private arranged(
    field: string,
    list: readonly unknown[],
    of: Transcript,
    known: (member: unknown) => unknown,
  ): readonly unknown[] {
    // Other sequences are played to the same cluster at the same time.
    const own =
      field === 'groups' ? list.filter((one) => !isObject(one) || String(one.groupId).startsWith(of.prefix)) : list
    if (field === 'members' && own.every((one) => isObject(one) && 'memberId' in one))
      return [...own].sort(by((one) => this.memberKey(one as Readonly<Record<string, unknown>>, known)))
    return UNORDERED.has(field) ? this.sorted(own, of) : own
  }

  /** As it is known already; else by what it said of itself. */
  private memberKey(one: Readonly<Record<string, unknown>>, known: (member: unknown) => unknown): string {
    const name = known(one.memberId)
    const isKnown = this.names.has(`member>${String(name)}`)
    return isKnown ? `1 ${String(name)}` : `2 ${shown({ ...one, memberId: '' })}`
  }

  /** By what both sides call alike. */
  private sorted(list: readonly unknown[], of: Transcript): readonly unknown[] {
    const key = (one: unknown): string => {
      if (!isObject(one)) return String(one).padStart(8, '0')
      for (const field of ['name', 'topic', 'groupId', 'transactionalId', 'resourceName', 'key'])
        if (typeof one[field] === 'string' && one[field] !== '') return one[field].replace(of.prefix, '')
      for (const field of ['partitionIndex', 'index', 'partition'])
        if (typeof one[field] === 'number') return String(one[field]).padStart(8, '0')
      // Of what was asked for by its id, and has none.
      return typeof one.errorCode === 'number' ? String(one.errorCode).padStart(8, '0') : ''
    }
    return list.every((one) => key(one) === '') ? list : [...list].sort(by(key))
  }

  private same(field: string, expected: unknown, actual: unknown): boolean {
    if (typeof expected === 'string' && typeof actual === 'string') {
      const one = expected.replace(this.expected.prefix, '')
      const other = actual.replace(this.actual.prefix, '')
      if (one === other && GIVEN[field] === undefined) return true
    }
    const kind = GIVEN[field]
    if (kind === undefined || NOBODY.has(expected) || NOBODY.has(actual)) return expected === actual
    return this.pair(`${kind}>`, expected, actual) && this.pair(`${kind}<`, actual, expected)
  }

  private pair(direction: string, from: unknown, to: unknown): boolean {
    const key = `${direction}${String(from)}`
    if (!this.names.has(key)) this.names.set(key, to)
    return this.names.get(key) === to
  }
}

/** Of what Kafka lists, what the model lists too: see `served` and `brokerSettings` in explained.ts. */
function onlyAlso(expected: readonly unknown[], actual: readonly unknown[]): readonly unknown[] {
  const key = (one: unknown): unknown => (isObject(one) ? (one.apiKey ?? one.name) : one)
  const known = new Set(actual.map(key))
  return expected.filter((one) => known.has(key(one)))
}

function by<T>(key: (one: T) => string): (one: T, other: T) => number {
  return (one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && !Array.isArray(value)

/** See `clock` in explained.ts: what clients wrote is CREATED_MS, and a few milliseconds more. */
const isWallClock = (value: unknown): boolean => typeof value === 'bigint' && value >= CREATED_MS + 1_000n

const isSaid = (value: unknown): boolean => value !== null && value !== '' && value !== -1n

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex').slice(0, 80)}`
  return JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `${one}n` : one)) ?? String(value)
}
