import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCluster, step, describe as tell } from './cluster.ts'
import { batch, type Client, ClusterStage, from, read, seeded } from './testing/cluster-stage.ts'

/** Producers with a window of one that retry until they are answered, readers, and an operator who means no good. */
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      who: fc.nat(2),
      partition: fc.nat(2),
      lost: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), partition: fc.nat(2), waitMs: fc.nat(300) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      partition: fc.nat(2),
      to: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('down' as const), broker: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('up' as const), broker: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(400) }) },
)

interface Producer {
  readonly id: bigint
  /** Per partition, the next sequence. */
  readonly next: number[]
  /** What it could not get through yet, per partition. */
  readonly open: (string | null)[]
}

/** Plays a script and tells what the producers had acknowledged, per partition. */
function play(script: readonly (typeof action extends fc.Arbitrary<infer A> ? A : never)[]) {
  const stage = new ClusterStage({ brokers: 3, topics: [{ name: 't', partitions: 3 }] })
  const partitions = stage.state.topics.get('t')!.partitions
  const producers = [0, 1, 2].map((who): Producer => ({ id: BigInt(who), next: [0, 0, 0], open: [null, null, null] }))
  /** Per partition, then per producer. */
  const acknowledged: string[][][] = [0, 1, 2].map(() => [[], [], []])
  const readers: { sent: ReturnType<Client['fetch']>; partition: number }[] = []
  let named = 0
  const send = (who: number, index: number, lost: boolean) => {
    const { id, next, open } = producers[who]!
    const { leader } = partitions[index]!
    if (leader === null) return
    const message = (open[index] ??= `m${named++}`)
    const outcome = stage.connect(leader).produce('t', index, from(id, next[index]!, [message]))
    // The answer did not arrive: it will be sent again.
    if (lost) return
    expect(typeof outcome).toBe('bigint')
    acknowledged[index]![who]!.push(message)
    next[index]!++
    open[index] = null
  }
  for (const each of script) {
    if (each.do === 'send') send(each.who, each.partition, each.lost)
    else if (each.do === 'move') stage.order({ do: 'move-leader', topic: 't', partition: each.partition, to: each.to })
    else if (each.do === 'down') stage.order({ do: 'broker-down', broker: each.broker })
    else if (each.do === 'up') stage.order({ do: 'broker-up', broker: each.broker })
    else if (each.do === 'pass') stage.pass(each.ms)
    else {
      const { leader } = partitions[each.partition]!
      const offset = stage.log('t', each.partition).endOffset
      const maxWaitMs = each.waitMs
      if (leader === null) continue
      const sent = stage.connect(leader).fetch('t', each.partition, offset, { maxWaitMs, minBytes: 100 })
      readers.push({ sent, partition: each.partition })
    }
  }
  for (const broker of [1, 2, 3]) stage.order({ do: 'broker-up', broker })
  for (const who of [0, 1, 2])
    for (const index of [0, 1, 2]) if (producers[who]!.open[index] !== null) send(who, index, false)
  stage.pass(1000)
  return { stage, acknowledged, readers }
}

describe('a cluster', () => {
  it('whatever is retried, moved and restarted: what was acknowledged is there once, in order, and nobody waits for ever', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (script) => {
        const { stage, acknowledged } = play(script)
        expect(stage.whole()).toEqual([])
        const { partitions } = stage.state.topics.get('t')!
        for (const { partition, leader } of partitions) {
          const records = read(stage.connect(leader!).fetch('t', partition, 0n)) as string[]
          const messages = records.map((record) => record.split(':')[1]!)
          const mine = acknowledged[partition]!
          expect(messages.length).toBe(mine.flat().length)
          for (const sent of mine) expect(messages.filter((message) => sent.includes(message))).toEqual(sent)
          expect(records.map((record) => Number(record.split(':')[0]))).toEqual(messages.map((_, offset) => offset))
        }
        expect([...stage.state.brokers.values()].map(({ fetches }) => fetches.size)).toEqual([0, 0, 0])
        expect(stage.state.timers.size).toBe(0)
      }),
      { numRuns: 200 },
    )
  })

  it('does the same again', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (script) => {
        const [one, other] = [play(script).stage, play(script).stage]
        expect(other.notes).toEqual(one.notes)
        expect(other.told).toEqual(one.told)
        expect(tell(other.state)).toEqual(tell(one.state))
      }),
      { numRuns: 50 },
    )
  })

  it('differs by its draws in ids and in who leads, and in nothing else', () => {
    const ids = (seed: number) => {
      const state = createCluster({ brokers: 3, imitate: '3.9', topics: [{ name: 't', partitions: 3 }] }, seeded(seed))
      return [state.clusterId, state.topics.get('t')!.topicId]
    }
    expect(ids(1)).toEqual(ids(1))
    expect(ids(2)).not.toEqual(ids(1))
    for (const id of ids(1)) expect(id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/)
  })

  it('has its brokers where it is told', () => {
    const brokers = [
      { id: 7, host: 'b', port: 2, rack: 'r' },
      { id: 3, host: 'a', port: 1 },
    ]
    const stage = new ClusterStage({ brokers })
    const { brokers: told, controllerId } = stage.connect(3).ask('metadata', { topics: null })
    expect(told).toEqual([
      { nodeId: 3, host: 'a', port: 1, rack: null },
      { nodeId: 7, host: 'b', port: 2, rack: 'r' },
    ])
    expect(controllerId).toBe(3)
    expect(() => createCluster({ brokers: 0, imitate: '3.9' }, seeded(1))).toThrow(/at least one/)
  })

  it('ignores timers that it has not armed, or no longer waits for', () => {
    const stage = new ClusterStage({ topics: [{ name: 't', partitions: 1 }] })
    const run = (id: number) => step(stage.state, { kind: 'timer', broker: 1, id }, 0, seeded(1))
    expect(run(99)).toEqual([])
    const sent = stage.connect().fetch('t', 0, 0n, { maxWaitMs: 100 })
    const [id] = stage.state.timers.keys()
    stage.write('t', 0, 'a')
    expect(read(sent)).toEqual(['0:a'])
    expect(run(id!)).toEqual([])
  })

  it('can be printed: its state is plain data', () => {
    const stage = new ClusterStage({ brokers: 2, topics: [{ name: 't', partitions: 2 }] })
    const { leader } = stage.state.topics.get('t')!.partitions[0]!
    stage.connect(leader!).produce('t', 0, batch(['a']))
    expect(structuredClone(stage.state)).toBeDefined()
  })

  it('runs the group protocol end to end', () => {
    const stage = new ClusterStage({ topics: [{ name: 't', partitions: 1 }] })
    const client = stage.connect()
    client.ask('findCoordinator', { key: 'g', keyType: 0 })
    const join = {
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) }],
    }
    const { memberId } = client.ask('joinGroup', { ...join, memberId: '' })
    const joined = client.send('joinGroup', { ...join, memberId })
    expect(joined.taken).toBe(true)
    stage.pass(3_000)
    const { generationId } = joined.answer!
    const member = { groupId: 'g', generationId, memberId }
    client.ask('syncGroup', {
      ...member,
      assignments: [{ memberId, assignment: new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) }],
    })
    expect(client.ask('heartbeat', member).errorCode).toBe(0)
    stage.pass(20_000)
    expect(client.ask('heartbeat', member).errorCode).toBe(25)
    expect(stage.whole()).toEqual([])
  })
})
