import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultKinds } from './names.ts'
import type { Anchor, Fault, FaultKind, Plan } from './plan.ts'
import { PlanError, parsePlan, printPlan } from './schema.ts'

const at: Anchor = {
  process: 'consumer-0',
  incarnation: 1,
  call: { api: 'OffsetCommit' },
  subject: { after: ['orders/0:m17'] },
  attempt: 1,
  point: 'applied',
}

const plan: Plan = {
  format: 1,
  scenario: 'commit-before',
  promise: 'at-least-once',
  seed: 'ackward',
  topology: {
    brokers: 2,
    replication: 1,
    imitate: '3.9',
    topics: [{ name: 'orders', partitions: 1 }],
    latencyMs: 1,
    chunks: 'whole',
  },
  processes: [
    {
      name: 'consumer-0',
      entry: 'ackward:apps/commit-before',
      config: { topic: 'orders', nested: { __proto__: null, list: [1, 'two', null, true] } },
      supervisor: { restartAfterMs: 500, maxRestarts: 5 },
    },
  ],
  workload: [{ id: 'm17', to: { topic: 'orders', partition: 0 }, key: null, value: { amount: 17 }, atMs: 0 }],
  faults: [{ at, kind: 'crash' }],
  delays: [{ at: { ...at, point: 'before', subject: { none: true } }, delayMs: 35 }],
  limits: { events: 100_000, virtualMs: 600_000 },
  saved: { ackward: '0.1.0', client: 'kafkajs 2.2.4', finding: 'at-least-once/application', traceHash: 'ab12' },
}

const everyKind: { readonly [K in FaultKind['kind']]: Extract<FaultKind, { kind: K }> } = {
  crash: { kind: 'crash' },
  pause: { kind: 'pause', ms: 12_000 },
  'lost-ack': { kind: 'lost-ack', how: 'late', lateMs: 31_000 },
  'lost-request': { kind: 'lost-request', how: 'rst' },
  'leader-move': { kind: 'leader-move', of: { coordinatorOf: 'g' } },
  'broker-restart': { kind: 'broker-restart', broker: { leaderOf: { topic: 'orders', partition: 0 } }, downMs: 3000 },
  'cluster-reset': { kind: 'cluster-reset' },
  'slow-link': { kind: 'slow-link', latencyMs: 400, ms: 5000 },
  stop: { kind: 'stop', graceMs: 10_000 },
  'second-instance': { kind: 'second-instance', afterMs: 500 },
  'cut-answer': { kind: 'cut-answer', how: 'rst', bytes: 7 },
  'error-answer': { kind: 'error-answer', error: 'NOT_COORDINATOR' },
  'black-hole': { kind: 'black-hole', broker: 'all', way: 'up', ms: 2000 },
  'stale-metadata': { kind: 'stale-metadata', broker: { broker: 1 }, ms: 2000 },
  'empty-metadata': { kind: 'empty-metadata', broker: { coordinatorOf: 'g' }, lacks: 'brokers', ms: 2000 },
  'disk-full': { kind: 'disk-full', broker: { leaderOf: { topic: 'orders', partition: 0 } }, ms: 2000 },
  'broker-wipe': { kind: 'broker-wipe', broker: { broker: 1 }, downMs: 100, keeps: 'offsets' },
  'machine-crash': { kind: 'machine-crash', broker: { broker: 1 }, downMs: 100, lostMs: 5000 },
  'broker-partition': { kind: 'broker-partition', broker: { broker: 1 }, way: 'out', ms: 4000 },
  'unclean-election': { kind: 'unclean-election', topic: 'orders', partition: 0, behind: 1, downMs: 100 },
  'controller-loss': { kind: 'controller-loss', ms: 8000 },
  'coordinator-load': { kind: 'coordinator-load', of: { coordinatorOf: 'g' }, ms: 500 },
  'slow-markers': { kind: 'slow-markers', of: { transactionCoordinatorOf: 't' }, delayMs: 500, ms: 5_000 },
  'topic-recreate': { kind: 'topic-recreate', topic: 'orders', goneMs: 0 },
  retention: { kind: 'retention', topic: 'orders', partition: 0, keep: 1 },
  'offset-reset': { kind: 'offset-reset', group: 'g', topic: 'orders', to: { offset: 3 } },
}

/** The plan's JSON with one value replaced, or removed when `value` is left out. */
function changed(path: string, value?: unknown): string {
  const copy: unknown = JSON.parse(JSON.stringify(plan))
  const keys = path.split('.')
  const last = keys.pop()!
  const parent = keys.reduce((at, key) => (at as Record<string, unknown>)[key], copy) as Record<string, unknown>
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return JSON.stringify(copy)
}

function flaw(text: string): string {
  try {
    parsePlan(text, 'x.json')
  } catch (error) {
    expect(error).toBeInstanceOf(PlanError)
    const { message } = error as PlanError
    expect(message.split('\n')).toHaveLength(1)
    return message
  }
  return 'no flaw'
}

it('reads what it prints', () => {
  expect(parsePlan(printPlan(plan), 'x.json')).toEqual(plan)
  for (const kind of faultKinds) {
    const topology = {
      ...plan.topology,
      replication: 2,
      minInSync: 2,
      metadataDelayMs: 20,
      uncleanElection: true,
      racks: ['a', 'b'],
      replicaSelector: 'rack-aware',
    } as const
    const one: Plan = { ...plan, topology, faults: [{ at, ...everyKind[kind] } as Fault] }
    expect(parsePlan(printPlan(one), 'x.json')).toEqual(one)
  }
})

it('prints the same bytes for the same plan, whatever the order of its keys', () => {
  const backwards = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).reverse()) as T
  const other = { ...plan, topology: backwards(plan.topology), faults: plan.faults.map(backwards) }
  expect(printPlan(backwards(other))).toBe(printPlan(plan))
})

it('prints a plan that a person can read', () => {
  expect(printPlan(plan)).toMatchInlineSnapshot(`
    "{
      "format": 1,
      "scenario": "commit-before",
      "promise": "at-least-once",
      "seed": "ackward",
      "topology": {
        "brokers": 2,
        "replication": 1,
        "imitate": "3.9",
        "topics": [{ "name": "orders", "partitions": 1 }],
        "latencyMs": 1,
        "chunks": "whole"
      },
      "processes": [
        {
          "name": "consumer-0",
          "entry": "ackward:apps/commit-before",
          "config": { "topic": "orders", "nested": { "list": [1, "two", null, true] } },
          "supervisor": { "restartAfterMs": 500, "maxRestarts": 5 }
        }
      ],
      "workload": [
        { "id": "m17", "to": { "topic": "orders", "partition": 0 }, "key": null, "value": { "amount": 17 }, "atMs": 0 }
      ],
      "faults": [
        {
          "at": {
            "process": "consumer-0",
            "incarnation": 1,
            "call": { "api": "OffsetCommit" },
            "subject": { "after": ["orders/0:m17"] },
            "attempt": 1,
            "point": "applied"
          },
          "kind": "crash"
        }
      ],
      "delays": [
        {
          "at": {
            "process": "consumer-0",
            "incarnation": 1,
            "call": { "api": "OffsetCommit" },
            "subject": { "none": true },
            "attempt": 1,
            "point": "before"
          },
          "delayMs": 35
        }
      ],
      "limits": { "events": 100000, "virtualMs": 600000 },
      "saved": {
        "ackward": "0.1.0",
        "client": "kafkajs 2.2.4",
        "finding": "at-least-once/application",
        "traceHash": "ab12"
      }
    }
    "
  `)
})

it('takes values of the workload as they are', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = changed('workload.0.value', value)
      const read = parsePlan(text, 'x.json')
      expect(JSON.stringify(read.workload[0]!.value)).toBe(JSON.stringify(value))
      expect(parsePlan(printPlan(read), 'x.json')).toEqual(read)
    }),
  )
})

it('says which are not plans at all', () => {
  const text = JSON.stringify(plan)
  const told = {
    empty: flaw(' \n'),
    'not JSON': flaw('plan: 1'),
    YAML: flaw('format: 1\nscenario: commit-before\n'),
    'a comma too many': flaw('{\n  "format": 1,\n}'),
    'a bad escape': flaw('{"format": "\\q"}'),
    truncated: flaw(text.slice(0, text.length / 2)),
    'truncated by one': flaw(text.slice(0, -1)),
    'two of them': flaw(text + text),
    'a list': flaw('[1]'),
    null: flaw('null'),
    'another JSON': flaw('{"name": "ackward"}'),
    newer: flaw('{"format": 2, "unheard": "of"}'),
    'format as text': flaw(changed('format', '1')),
    'too deep': flaw(changed('workload.0.value', JSON.parse('['.repeat(100) + ']'.repeat(100)))),
    'deeper than a stack': flaw('['.repeat(1_000_000)),
  }
  expect(told).toMatchInlineSnapshot(`
    {
      "YAML": "x.json is not JSON (line 1, column 1); give a plan that ackward saved",
      "a bad escape": "x.json is not JSON (line 1, column 13); give a plan that ackward saved",
      "a comma too many": "x.json is not JSON (line 3, column 1); give a plan that ackward saved",
      "a list": "x.json is JSON, but not a plan: it has no 'format'; give a plan that ackward saved",
      "another JSON": "x.json is JSON, but not a plan: it has no 'format'; give a plan that ackward saved",
      "deeper than a stack": "x.json is truncated: it ends at line 1, column 1000001 in the middle of a value; copy it again, or replay the token of its finding",
      "empty": "x.json is empty; give a plan that ackward saved",
      "format as text": "x.json: format must be 1, not '1'",
      "newer": "x.json was made by a newer ackward (format 2, this one reads 1); upgrade ackward",
      "not JSON": "x.json is not JSON (line 1, column 1); give a plan that ackward saved",
      "null": "x.json is JSON, but not a plan: it has no 'format'; give a plan that ackward saved",
      "too deep": "x.json is nested deeper than 64 levels; give a plan that ackward saved",
      "truncated": "x.json is truncated: it ends at line 1, column 497 in the middle of a value; copy it again, or replay the token of its finding",
      "truncated by one": "x.json is truncated: it ends at line 1, column 993 in the middle of a value; copy it again, or replay the token of its finding",
      "two of them": "x.json is not JSON (line 1, column 994); give a plan that ackward saved",
    }
  `)
})

it('calls every prefix truncated, and nothing else', () => {
  const text = printPlan(plan).trimEnd()
  for (let end = 1; end < text.length; end++) expect(flaw(text.slice(0, end))).toMatch(/^x\.json is truncated: /)
  for (let at = 1; at < text.length; at += 7) {
    expect(flaw(`${text.slice(0, at)}\u0001${text.slice(at)}`)).toMatch(/^x\.json is not JSON \(/)
  }
})

it('reads a file with a byte order mark', () => {
  expect(parsePlan(`\uFEFF${printPlan(plan)}`, 'x.json')).toEqual(plan)
})

const role = (of: unknown) => ({ at, kind: 'leader-move', of })

const flaws: Readonly<Record<string, readonly [path: string, value?: unknown]>> = {
  'a key too many': ['fualts', []],
  'a key too many, deep': ['faults.0.at.call.version', 3],
  'a missing key': ['topology.latencyMs'],
  'a missing list': ['faults'],
  'the wrong type': ['seed', 5],
  'an object instead of a list': ['workload', {}],
  'an unknown promise': ['promise', 'at-most-onec'],
  'an unknown kind': ['faults.0.kind', 'crsh'],
  'an unknown kind, far off': ['faults.0.kind', 'meteor strike'],
  'a missing kind': ['faults.0.kind'],
  'an unknown API': ['faults.0.at.call.api', 'OfsetCommit'],
  'an unknown effect': ['faults.0.at.call', { effect: 'aply' }],
  'an unknown point': ['faults.0.at.point', 'after'],
  'an unknown point of a delay': ['delays.0.at.point', 'aplied'],
  'a call that is nothing': ['faults.0.at.call', {}],
  'a subject that is two': ['faults.0.at.subject', { messages: ['m17'], none: true }],
  'a subject that is text': ['faults.0.at.subject', 'm17'],
  'a place that is none': ['faults.0.at.subject', { after: ['m17'] }],
  'a life before the first': ['faults.0.at.incarnation', 0],
  'half an attempt': ['faults.0.at.attempt', 1.5],
  'an unknown process': ['faults.0.at.process', 'consumer-1'],
  'an unknown process of a delay': ['delays.0.at.process', 'producer'],
  'work for an unknown topic': ['workload.0.to.topic', 'order'],
  'work for an unknown partition': ['workload.0.to.partition', 1],
  'work for an unknown process': ['workload.0.to', { process: 'producer-0' }],
  'work for nobody': ['workload.0.to', {}],
  'a role of an unknown topic': ['faults.0', role({ leaderOf: { topic: 'payments', partition: 0 } })],
  'a role of an unknown partition': ['faults.0', role({ leaderOf: { topic: 'orders', partition: 3 } })],
  'a broker too many': ['faults.0', { at, kind: 'broker-restart', broker: { broker: 3 }, downMs: 1 }],
  'a role that is none': ['faults.0', role({ controller: true })],
  'two messages of one id': ['workload.1', plan.workload[0]],
  'two processes of one name': ['processes.1', plan.processes[0]],
  'two topics of one name': ['topology.topics.1', plan.topology.topics[0]],
  "a topic name that is not Kafka's": ['topology.topics.0.name', 'orders/0'],
  'an internal topic': ['topology.topics.0.name', '__consumer_offsets'],
  'broker 0': ['faults.0', role({ broker: 0 })],
  'a negative time': ['workload.0.atMs', -1],
  'a year': ['faults.0', { at, kind: 'pause', ms: 31_536_000_000 }],
  'an absurd number': ['limits.events', 1e300],
  'too many brokers': ['topology.brokers', 100],
  'no brokers': ['topology.brokers', 0],
  'three copies': ['topology.replication', 3],
  'a rack too few': ['topology.racks', ['a']],
  'another release': ['topology.imitate', '2.8'],
  'too many topics': ['topology.topics', Array.from({ length: 500 }, (_, n) => ({ name: `t${n}`, partitions: 1 }))],
  'an empty name': ['scenario', ''],
  'control characters': ['promise', '\u001b[31mred\n'],
  'several flaws': ['topology', { brokers: 0, replication: 2 }],
}

describe('says what is wrong, where, and what to do', () => {
  const told = Object.entries(flaws).map(([name, [path, value]]) => `${name}: ${flaw(changed(path, value))}`)
  it('in one line each', () =>
    expect(`\n${told.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      a key too many: x.json: fualts is not a key of a plan; remove it, or upgrade ackward if a newer one wrote it
      a key too many, deep: x.json: faults[0].at.call.version is not a key of a plan; remove it, or upgrade ackward if a newer one wrote it
      a missing key: x.json: topology.latencyMs is missing; it must be a number
      a missing list: x.json: faults is missing; it must be a list
      the wrong type: x.json: seed must be a string, not 5
      an object instead of a list: x.json: workload must be a list, not an object with no keys
      an unknown promise: x.json: promise is an unknown promise, 'at-most-onec'; did you mean 'at-most-once'?
      an unknown kind: x.json: faults[0].kind is an unknown kind of fault, 'crsh'; did you mean 'crash'?
      an unknown kind, far off: x.json: faults[0].kind is an unknown kind of fault, 'meteor strike'; known: crash, pause, stop, second-instance, lost-ack, cut-answer, lost-request, error-answer, slow-link, black-hole, leader-move, broker-restart, …
      a missing kind: x.json: faults[0].kind is missing; it must be one of crash, pause, stop, second-instance, lost-ack, cut-answer, lost-request, error-answer, slow-link, black-hole, leader-move, broker-restart, broker-wipe, machine-crash, broker-partition, unclean-election, disk-full, stale-metadata, empty-metadata, controller-loss, coordinator-load, slow-markers, cluster-reset, topic-recreate, retention, offset-reset
      an unknown API: x.json: faults[0].at.call.api is an unknown API, 'OfsetCommit'; did you mean 'OffsetCommit'?
      an unknown effect: x.json: faults[0].at.call.effect is an unknown effect, 'aply'; did you mean 'apply'?
      an unknown point: x.json: faults[0].at.point is an unknown point, 'after'; known: before, applied, answered
      an unknown point of a delay: x.json: delays[0].at.point is an unknown point, 'aplied'; did you mean 'applied'?
      a call that is nothing: x.json: faults[0].at.call must be an object with one of 'api', 'effect'; it is an object with no keys
      a subject that is two: x.json: faults[0].at.subject.none is not a key of a plan; remove it, or upgrade ackward if a newer one wrote it
      a subject that is text: x.json: faults[0].at.subject must be an object with keys; it is 'm17'
      a place that is none: x.json: faults[0].at.subject.after[0] must be a place in a log, 'topic/partition:message before it'; it is 'm17'
      a life before the first: x.json: faults[0].at.incarnation must be at least 1, not 0
      half an attempt: x.json: faults[0].at.attempt must be a whole number, not 1.5
      an unknown process: x.json: faults[0].at.process is 'consumer-1', which is no process of this plan; did you mean 'consumer-0'?
      an unknown process of a delay: x.json: delays[0].at.process is 'producer', which is no process of this plan; known: consumer-0
      work for an unknown topic: x.json: workload[0].to.topic is 'order', which is no topic of this plan; did you mean 'orders'?
      work for an unknown partition: x.json: workload[0].to.partition is 1, but orders has only partition 0
      work for an unknown process: x.json: workload[0].to.process is 'producer-0', which is no process of this plan; known: consumer-0
      work for nobody: x.json: workload[0].to must be an object with one of 'topic', 'process', 'file'; it is an object with no keys
      a role of an unknown topic: x.json: faults[0].of.leaderOf.topic is 'payments', which is no topic of this plan; known: orders
      a role of an unknown partition: x.json: faults[0].of.leaderOf.partition is 3, but orders has only partition 0
      a broker too many: x.json: faults[0].broker.broker is 3, but the plan has brokers 1 to 2
      a role that is none: x.json: faults[0].of must be an object with one of 'leaderOf', 'coordinatorOf', 'transactionCoordinatorOf', 'broker'; it is an object with 'controller'
      two messages of one id: x.json: workload[1].id is 'm17', and so is workload[0].id; give each its own id
      two processes of one name: x.json: processes[1].name is 'consumer-0', and so is processes[0].name; give each its own name
      two topics of one name: x.json: topology.topics[1].name is 'orders', and so is topology.topics[0].name; give each its own name
      a topic name that is not Kafka's: x.json: topology.topics[0].name must be a topic name that Kafka takes (1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-') and none of its internal ones; it is 'orders/0'
      an internal topic: x.json: topology.topics[0].name must be a topic name that Kafka takes (1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-') and none of its internal ones; it is '__consumer_offsets'
      broker 0: x.json: faults[0].of.broker must be at least 1, not 0
      a negative time: x.json: workload[0].atMs must be at least 0, not -1
      a year: x.json: faults[0].ms must be at most 604800000, not 31536000000
      an absurd number: x.json: limits.events must be at most 1000000000, not 1e+300
      too many brokers: x.json: topology.brokers must be at most 9, not 100
      no brokers: x.json: topology.brokers must be at least 1, not 0
      three copies: x.json: topology.replication is 3, but the plan has 2 brokers for its copies
      a rack too few: x.json: topology.racks has 1, but the plan has 2 brokers; give each its rack
      another release: no flaw
      too many topics: x.json: topology.topics must be a list of at most 100, not a list of 500
      an empty name: x.json: scenario must be a string of at least 1 character, not ''
      control characters: x.json: promise is an unknown promise, '?[31mred?'; known: none, at-most-once, at-least-once, exactly-once
      several flaws: x.json: topology.brokers must be at least 1, not 0 (and 4 more)
      "
    `))
})

it('refuses to print what it could not read again', () => {
  expect(() => printPlan({ ...plan, processes: [] })).toThrow(PlanError)
  expect(() => printPlan({ ...plan, limits: { events: Number.NaN, virtualMs: 1 } })).toThrow(
    /^the plan to be written: limits\.events must be a number, not NaN$/,
  )
})
