/**
 * For the tests of this folder: the least of a Kafka cluster that the real kafkajs talks to, in real time, over sockets that are not
 * there. It has leaders, logs, the sequence check of idempotent producers, and groups of one member; each request's fate can be decided.
 * Transactions are taken and forgotten: it writes no markers, and offsets of a transaction are committed at once.
 * It speaks the oldest version of each API that has what is needed. It is no model of Kafka: that is `harness/model`.
 */
import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import type { ISocketFactory } from 'kafkajs'

const require = createRequire(import.meta.url)
// kafkajs' own codec: untyped, and good enough here.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Untyped = any
const Encoder: Untyped = require('kafkajs/src/protocol/encoder')
const Decoder: Untyped = require('kafkajs/src/protocol/decoder')
const decodeBatch: Untyped = require('kafkajs/src/protocol/recordBatch/v0/decoder')

const APIS = {
  Produce: [0, 3],
  Fetch: [1, 4],
  ListOffsets: [2, 1],
  Metadata: [3, 1],
  OffsetCommit: [8, 2],
  OffsetFetch: [9, 1],
  FindCoordinator: [10, 0],
  JoinGroup: [11, 0],
  Heartbeat: [12, 0],
  LeaveGroup: [13, 0],
  SyncGroup: [14, 0],
  ApiVersions: [18, 0],
  InitProducerId: [22, 0],
  AddPartitionsToTxn: [24, 0],
  AddOffsetsToTxn: [25, 0],
  EndTxn: [26, 0],
  TxnOffsetCommit: [28, 0],
} as const
type Api = keyof typeof APIS
const NAMES = new Map<number, Api>(Object.entries(APIS).map(([name, [key]]) => [key, name as Api]))

const NOT_LEADER_FOR_PARTITION = 6
const OUT_OF_ORDER_SEQUENCE_NUMBER = 45
const REBALANCE_IN_PROGRESS = 27

/** What becomes of a request. `answer` is lost after the request was applied, `request` before. */
export type Fate =
  | 'well'
  | { readonly lose: 'request' | 'answer'; readonly how: 'fin' | 'rst' }
  /** Applied, and answered this much later. */
  | { readonly lateMs: number }
  /** Applied; the connection is reset after so many bytes of the answer. */
  | { readonly cutAt: number }
  /** Not applied; FindCoordinator, Heartbeat, OffsetCommit, AddOffsetsToTxn and EndTxn only. */
  | { readonly error: number }

export interface Call {
  readonly api: Api
  readonly broker: number
  readonly clientId: string
  /** 1 for the first request of this API, then 2, … */
  readonly nth: number
}

interface Partition {
  leader: number
  readonly batches: { readonly base: number; readonly count: number; readonly bytes: Buffer }[]
  readonly producers: Map<string, { readonly first: number; readonly last: number; readonly base: number }[]>
}

export class MiniCluster {
  readonly topics = new Map<string, Partition[]>()
  readonly committed = new Map<string, string>()
  readonly calls: Call[] = []
  /** Sockets that nobody has ended. */
  readonly open = new Set<Socket>()
  fate: (call: Call) => Fate = () => 'well'
  generation = 0
  private rebalancing = false
  private producerId = 1000
  private readonly brokers: number

  constructor(brokers: number, topics: Record<string, number>) {
    this.brokers = brokers
    for (const [name, partitions] of Object.entries(topics)) {
      this.topics.set(
        name,
        Array.from({ length: partitions }, (_, index) => ({
          leader: index % brokers,
          batches: [],
          producers: new Map(),
        })),
      )
    }
  }

  readonly bootstrap = ['broker-0:9092']

  readonly socketFactory: ISocketFactory = ({ host, onConnect }) => {
    const socket = new Socket(this, Number(host.split('-')[1]))
    this.open.add(socket)
    setImmediate(onConnect)
    return socket as unknown as ReturnType<ISocketFactory>
  }

  /** The next heartbeat says that the group is rebalancing. */
  rebalance(): void {
    this.rebalancing = true
  }

  /** Identities (by key) in the log, in order. */
  async keys(topic: string, partition: number): Promise<string[]> {
    const batches = this.topics.get(topic)![partition]!.batches
    const decoded = await Promise.all(batches.map(({ bytes }) => decodeBatch(new Decoder(bytes))))
    return decoded.flatMap((batch: Untyped) =>
      batch.records.map((record: Untyped) => String(record.key ?? record.value)),
    )
  }

  receive(socket: Socket, request: Buffer): void {
    const decoder = new Decoder(request)
    const api = NAMES.get(decoder.readInt16())!
    decoder.readInt16()
    const correlationId: number = decoder.readInt32()
    const clientId: string = decoder.readString()
    const nth = this.calls.filter((call) => call.api === api).length + 1
    const call: Call = { api, broker: socket.broker, clientId, nth }
    this.calls.push(call)

    const fate = this.fate(call)
    const lost = fate !== 'well' && 'lose' in fate ? fate : undefined
    if (lost?.lose === 'request') {
      socket.drop(lost.how)
      return
    }
    const error = fate !== 'well' && 'error' in fate ? fate.error : 0
    const body = this.answer(call, decoder, error)
    if (lost !== undefined) {
      socket.drop(lost.how)
      return
    }
    const { buffer } = new Encoder().writeInt32(correlationId).writeEncoder(body)
    const framed = new Encoder().writeInt32(buffer.length).writeBuffer(buffer).buffer
    if (fate !== 'well' && 'cutAt' in fate) {
      socket.deliver(framed.subarray(0, fate.cutAt))
      socket.drop('rst')
      return
    }
    // An empty fetch waits a little, as a broker does.
    const lateMs = fate !== 'well' && 'lateMs' in fate ? fate.lateMs : api === 'Fetch' ? 5 : 0
    setTimeout(() => socket.deliver(framed), lateMs)
  }

  private answer({ api, broker }: Call, from: Untyped, error: number): Untyped {
    const to = new Encoder()
    switch (api) {
      case 'ApiVersions':
        return to
          .writeInt16(0)
          .writeArray(
            Object.values(APIS).map(([key, max]) => new Encoder().writeInt16(key).writeInt16(0).writeInt16(max)),
          )
      case 'Metadata':
        return this.metadata(to)
      case 'InitProducerId':
        return to
          .writeInt32(0)
          .writeInt16(0)
          .writeInt64(++this.producerId)
          .writeInt16(0)
      case 'FindCoordinator':
        return to.writeInt16(error).writeInt32(0).writeString('broker-0').writeInt32(9092)
      case 'JoinGroup':
        return this.joinGroup(to, from)
      case 'SyncGroup': {
        from.readString()
        from.readInt32()
        from.readString()
        const [mine] = from.readArray((d: Untyped) => ({ member: d.readString(), assignment: d.readBytes() }))
        return to.writeInt16(0).writeBytes(mine?.assignment ?? null)
      }
      case 'Heartbeat': {
        const rebalancing = this.rebalancing
        this.rebalancing = false
        return to.writeInt16(error || (rebalancing ? REBALANCE_IN_PROGRESS : 0))
      }
      case 'LeaveGroup':
        return to.writeInt16(0)
      case 'OffsetFetch':
        from.readString()
        return byTopic(
          to,
          from,
          (d) => d.readInt32(),
          (e, topic, partition) =>
            e
              .writeInt32(partition)
              .writeInt64(this.committed.get(`${topic}/${partition}`) ?? -1)
              .writeString('')
              .writeInt16(0),
        )
      case 'OffsetCommit':
        from.readString()
        from.readInt32()
        from.readString()
        from.readInt64()
        return byTopic(
          to,
          from,
          (d) => ({ partition: d.readInt32(), offset: String(d.readInt64()), metadata: d.readString() }),
          (e, topic, { partition, offset }) => {
            if (error === 0) this.committed.set(`${topic}/${partition}`, offset)
            return e.writeInt32(partition).writeInt16(error)
          },
        )
      case 'AddPartitionsToTxn':
        from.readString()
        from.readInt64()
        from.readInt16()
        return byTopic(
          to.writeInt32(0),
          from,
          (d) => d.readInt32(),
          (e, _, partition) => e.writeInt32(partition).writeInt16(0),
        )
      case 'AddOffsetsToTxn':
      case 'EndTxn':
        return to.writeInt32(0).writeInt16(error)
      case 'TxnOffsetCommit':
        from.readString()
        from.readString()
        from.readInt64()
        from.readInt16()
        return byTopic(
          to.writeInt32(0),
          from,
          (d) => ({ partition: d.readInt32(), offset: String(d.readInt64()), metadata: d.readString() }),
          (e, topic, { partition, offset }) => {
            this.committed.set(`${topic}/${partition}`, offset)
            return e.writeInt32(partition).writeInt16(0)
          },
        )
      case 'ListOffsets':
        from.readInt32()
        return byTopic(
          to,
          from,
          (d) => ({ partition: d.readInt32(), at: String(d.readInt64()) }),
          (e, topic, { partition, at }) =>
            e
              .writeInt32(partition)
              .writeInt16(0)
              .writeInt64(-1)
              .writeInt64(at === '-2' ? 0 : endOf(this.topics.get(topic)![partition]!)),
        )
      case 'Produce':
        from.readString()
        from.readInt16()
        from.readInt32()
        return byTopic(
          to,
          from,
          (d) => ({ partition: d.readInt32(), batch: d.readBytes() }),
          (e, topic, { partition, batch }) => {
            const log = this.topics.get(topic)![partition]!
            const { code, base } =
              log.leader === broker ? append(log, batch) : { code: NOT_LEADER_FOR_PARTITION, base: -1 }
            return e.writeInt32(partition).writeInt16(code).writeInt64(base).writeInt64(-1)
          },
        ).writeInt32(0)
      case 'Fetch':
        from.readInt32()
        from.readInt32()
        from.readInt32()
        from.readInt32()
        from.readInt8()
        return byTopic(
          to.writeInt32(0),
          from,
          (d) => ({ partition: d.readInt32(), offset: Number(d.readInt64()), max: d.readInt32() }),
          (e, topic, { partition, offset }) => {
            const log = this.topics.get(topic)![partition]!
            const found = log.batches.filter(({ base, count }) => base + count > offset).map(({ bytes }) => bytes)
            const end = endOf(log)
            return e
              .writeInt32(partition)
              .writeInt16(log.leader === broker ? 0 : NOT_LEADER_FOR_PARTITION)
              .writeInt64(end)
              .writeInt64(end)
              .writeArray([])
              .writeBytes(Buffer.concat(found))
          },
        )
    }
  }

  private metadata(to: Untyped): Untyped {
    const ids = Array.from({ length: this.brokers }, (_, id) => id)
    return to
      .writeArray(
        ids.map((id) => new Encoder().writeInt32(id).writeString(`broker-${id}`).writeInt32(9092).writeString(null)),
      )
      .writeInt32(0)
      .writeArray(
        [...this.topics].map(([name, partitions]) =>
          new Encoder()
            .writeInt16(0)
            .writeString(name)
            .writeBoolean(false)
            .writeArray(
              partitions.map(({ leader }, id) =>
                new Encoder().writeInt16(0).writeInt32(id).writeInt32(leader).writeArray([leader]).writeArray([leader]),
              ),
            ),
        ),
      )
  }

  private joinGroup(to: Untyped, from: Untyped): Untyped {
    from.readString()
    from.readInt32()
    const member = from.readString() || 'member-1'
    from.readString()
    const [protocol] = from.readArray((d: Untyped) => ({ name: d.readString(), metadata: d.readBytes() }))
    return to
      .writeInt16(0)
      .writeInt32(++this.generation)
      .writeString(protocol.name)
      .writeString(member)
      .writeString(member)
      .writeArray([new Encoder().writeString(member).writeBytes(protocol.metadata)])
  }
}

/** Reads `topic => [item]` and answers each item under the same topic. */
function byTopic<Item>(
  to: Untyped,
  from: Untyped,
  read: (decoder: Untyped) => Item,
  write: (encoder: Untyped, topic: string, item: Item) => Untyped,
): Untyped {
  const topics = from.readArray((d: Untyped) => ({ topic: d.readString(), items: d.readArray(read) }))
  return to.writeArray(
    topics.map(({ topic, items }: { topic: string; items: Item[] }) =>
      new Encoder().writeString(topic).writeArray(items.map((item) => write(new Encoder(), topic, item))),
    ),
  )
}

function endOf({ batches }: Partition): number {
  const last = batches.at(-1)
  return last === undefined ? 0 : last.base + last.count
}

/** As Kafka does it: one of the last five sequences of that producer is a duplicate, a gap is refused, an unknown producer may begin anywhere. */
function append(partition: Partition, bytes: Buffer): { code: number; base: number } {
  const count = bytes.readInt32BE(57)
  const producerId = String(bytes.readBigInt64BE(43))
  const first = bytes.readInt32BE(53)
  const base = endOf(partition)
  if (producerId !== '-1') {
    const window = partition.producers.get(producerId) ?? []
    const same = window.find((known) => known.first === first && known.last === first + count - 1)
    if (same !== undefined) return { code: 0, base: same.base }
    const last = window.at(-1)
    if (last !== undefined && first !== last.last + 1) return { code: OUT_OF_ORDER_SEQUENCE_NUMBER, base: -1 }
    partition.producers.set(producerId, [...window, { first, last: first + count - 1, base }].slice(-5))
  }
  const stored = Buffer.from(bytes)
  stored.writeBigInt64BE(BigInt(base), 0)
  partition.batches.push({ base, count, bytes: stored })
  return { code: 0, base }
}

/** What kafkajs wants of a socket, and no more. */
class Socket extends EventEmitter {
  readonly broker: number
  private readonly cluster: MiniCluster
  private received = Buffer.alloc(0)

  constructor(cluster: MiniCluster, broker: number) {
    super()
    this.cluster = cluster
    this.broker = broker
  }

  write(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes])
    while (this.received.length >= 4 && this.received.length >= 4 + this.received.readInt32BE(0)) {
      const size = this.received.readInt32BE(0)
      const request = this.received.subarray(4, 4 + size)
      this.received = this.received.subarray(4 + size)
      this.cluster.receive(this, request)
    }
  }

  deliver(bytes: Buffer): void {
    if (this.cluster.open.has(this)) this.emit('data', bytes)
  }

  drop(how: 'fin' | 'rst'): void {
    setImmediate(() => {
      if (!this.cluster.open.has(this)) return
      if (how === 'fin') return this.emit('end')
      this.cluster.open.delete(this)
      this.emit('error', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
    })
  }

  end(): void {
    this.cluster.open.delete(this)
  }

  unref(): void {}
  ref(): void {}
}
