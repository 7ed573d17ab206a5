/**
 * Where the leaders are while a sequence is played to three brokers: the same on both sides, as topics are created with their brokers named,
 * and move only where the sequence says so.
 */
import type { Release } from '../harness/model/releases.ts'
import { type Internal, type Move, name, type Outage, type Seat, type Send, type Template } from './sequence.ts'

export const BROKERS = [1, 2, 3] as const

/** Topics that a sequence for three brokers begins with, and how many partitions they have. */
export const PLACED: Readonly<Record<string, number>> = { t0: 2, t1: 1, t5: 1 }

/** max.message.bytes and segment.bytes of t5: a few records. */
export const STRICT_BYTES = { message: 300, segment: 200 } as const

/** The settings of t5: it does not take what other topics take. */
const STRICT = [
  { name: 'cleanup.policy', value: 'compact' },
  // When it is cleaned is nobody's promise.
  { name: 'min.compaction.lag.ms', value: '3600000' },
  { name: 'max.message.bytes', value: String(STRICT_BYTES.message) },
  { name: 'message.timestamp.before.max.ms', value: '3600000' },
  // Of three copies, or of as many as there are.
  { name: 'min.insync.replicas', value: '3' },
]
/** From 4.0 on a segment has a megabyte at least (KIP-1030). */
const SHORT = { name: 'segment.bytes', value: String(STRICT_BYTES.segment) }

export function settingsOf(topic: string, release: Release): Template {
  if (topic !== 't5') return []
  return release === '4.4' ? STRICT : [...STRICT, SHORT]
}

/** In the order in which its copies are asked to lead. */
export function copiesOf(topic: string, partition: number): readonly number[] {
  const first = (topic.charCodeAt(topic.length - 1) + partition) % BROKERS.length
  return BROKERS.map((_, nth) => BROKERS[(first + nth) % BROKERS.length]!)
}

/** As CreateTopics asks for it. */
export function placed(topic: string, release: Release): Send['body'] {
  const assignments = Array.from({ length: PLACED[topic]! }, (_, partitionIndex) => {
    return { partitionIndex, brokerIds: copiesOf(topic, partitionIndex) }
  })
  return {
    name: name(topic),
    numPartitions: -1,
    replicationFactor: -1,
    assignments,
    configs: settingsOf(topic, release),
  }
}

/** What a broker leads, and who leads it when that one is gone. */
export interface Heir {
  readonly of: Move['move']
  readonly broker: number
}

/** All that somebody leads from the start. */
export const LED_FROM_THE_START: readonly Move['move'][] = [
  ...Object.entries(PLACED).flatMap(([leaderOf, partitions]) =>
    Array.from({ length: partitions }, (_, partition) => ({ leaderOf, partition })),
  ),
  { coordinates: '__consumer_offsets' },
  { coordinates: '__transaction_state' },
]

export class Seats {
  private readonly leaders = new Map<string, number>()
  /** Never a second one: `__transaction_state` has two copies in sync, or is not written. */
  private down: number | undefined

  brokerOf(seat: Seat): number {
    const broker = this.seatedAt(seat)
    return broker === this.down ? after(broker, 1) : broker
  }

  /** Whom it moves to. */
  move({ move, by }: Move): number {
    const to = this.brokerOf({ broker: after(this.brokerOf(move), by) })
    this.leaders.set(keyOf(move), to)
    return to
  }

  /** Who is to be killed, and who leads then what it led; undefined while another one is down. */
  kill({ of }: Outage): { readonly broker: number; readonly heirs: readonly Heir[] } | undefined {
    if (this.down !== undefined) return undefined
    const broker = this.brokerOf(of)
    const heirs = LED_FROM_THE_START.filter((one) => this.brokerOf(one) === broker).map((one): Heir => {
      const copies = 'leaderOf' in one ? copiesOf(one.leaderOf, one.partition) : BROKERS
      return { of: one, broker: copies.find((copy) => copy !== broker)! }
    })
    for (const heir of heirs) this.leaders.set(keyOf(heir.of), heir.broker)
    this.down = broker
    return { broker, heirs }
  }

  /** Who comes back, if anybody was down. */
  restart(): number | undefined {
    const broker = this.down
    this.down = undefined
    return broker
  }

  private seatedAt(seat: Seat): number {
    if ('broker' in seat) return seat.broker
    // What is not there may be asked for anywhere.
    const first = 'leaderOf' in seat ? copiesOf(seat.leaderOf, seat.partition)[0]! : BROKERS[0]
    return this.leaders.get(keyOf(seat)) ?? first
  }
}

const after = (broker: number, by: number): number =>
  BROKERS[(BROKERS.indexOf(broker as 1 | 2 | 3) + by) % BROKERS.length]!

const keyOf = (seat: Move['move']): string =>
  'leaderOf' in seat ? `${seat.leaderOf}/${seat.partition}` : seat.coordinates

/** Where clients send such a request: to the leader of what it is about, to the coordinator, or to any broker. */
export function usualSeat({ api, body, connection }: Omit<Send, 'to'>): Seat {
  const coordinator = COORDINATORS[api as keyof typeof COORDINATORS]
  if (coordinator !== undefined) return { coordinates: coordinator }
  const about = firstPartition(body)
  if (about !== undefined && LED.has(api)) return { leaderOf: about.topic, partition: about.partition }
  if (api === 'initProducerId' && body.transactionalId !== null) return { coordinates: '__transaction_state' }
  return { broker: BROKERS[(connection + BROKERS.length) % BROKERS.length]! }
}

const LED: ReadonlySet<string> = new Set(['produce', 'fetch', 'listOffsets', 'deleteRecords'])

const COORDINATORS: Readonly<Partial<Record<Send['api'], Internal>>> = {
  joinGroup: '__consumer_offsets',
  syncGroup: '__consumer_offsets',
  heartbeat: '__consumer_offsets',
  leaveGroup: '__consumer_offsets',
  offsetCommit: '__consumer_offsets',
  offsetFetch: '__consumer_offsets',
  describeGroups: '__consumer_offsets',
  deleteGroups: '__consumer_offsets',
  txnOffsetCommit: '__consumer_offsets',
  addPartitionsToTxn: '__transaction_state',
  addOffsetsToTxn: '__transaction_state',
  endTxn: '__transaction_state',
}

/** The first partition of a topic that a request names. */
function firstPartition(body: Send['body']): { readonly topic: string; readonly partition: number } | undefined {
  const lists = (body.topics ?? body.topicData) as readonly Named[] | undefined
  const first = lists?.[0]
  const of = (first?.name ?? first?.topic ?? first?.topicId) as { readonly of?: string } | undefined
  const partition = (first?.partitions ?? first?.partitionData)?.[0]
  if (of?.of === undefined || partition === undefined) return undefined
  return { topic: of.of, partition: partition.partitionIndex ?? partition.index ?? partition.partition ?? 0 }
}

interface Named {
  readonly name?: unknown
  readonly topic?: unknown
  readonly topicId?: unknown
  readonly partitions?: readonly Indexed[]
  readonly partitionData?: readonly Indexed[]
}

interface Indexed {
  readonly partitionIndex?: number
  readonly index?: number
  readonly partition?: number
}
