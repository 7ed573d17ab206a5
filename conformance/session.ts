/** What the clients of one side know: filled in from its answers, and what references of later steps are filled in with. */

import { crc32c } from '../harness/wire/crc32c.ts'
import { zeroUuid } from '../harness/wire/primitives.ts'
import { at, compressions, encodeBatch, type RecordInput } from '../harness/wire/records.ts'
import { type BatchRef, isRef, type Ref, type Send, type Template } from './sequence.ts'

interface Producer {
  readonly id: bigint
  readonly epoch: number
  /** By `topic/partition`. */
  readonly sequences: Map<string, number>
}

interface Member {
  readonly id: string
  readonly generation: number
}

/** All timestamps that clients write. Of today: Kafka begins a new segment for what is a week younger, and no fetch goes beyond one. */
export const CREATED_MS = BigInt(Math.floor(performance.timeOrigin))

export class Session {
  private readonly prefix: string
  private readonly producers = new Map<string, Producer>()
  private readonly members = new Map<string, Member>()
  private readonly topicIds = new Map<string, string>()

  constructor(prefix: string) {
    this.prefix = prefix
  }

  nameOf(name: string): string {
    return `${this.prefix}${name}`
  }

  bodyOf(step: Send): unknown {
    return this.fill(step.body)
  }

  learn(step: Send, body: unknown): void {
    switch (step.api) {
      case 'initProducerId':
        this.learnProducer(step, body as { errorCode: number; producerId: bigint; producerEpoch: number })
        return
      case 'joinGroup':
        this.learnMember(step, body as { memberId: string; generationId: number })
        return
      case 'createTopics':
      case 'metadata':
        this.learnTopics((body as { topics: { name: string | null; topicId: string }[] }).topics)
        return
      case 'produce':
        this.learnSequences(step, body as ProduceAnswer)
    }
  }

  private fill(template: Template): unknown {
    if (isRef(template)) return this.valueOf(template)
    if (Array.isArray(template)) return template.map((one) => this.fill(one as Template))
    if (typeof template !== 'object' || template === null || template instanceof Uint8Array) return template
    return Object.fromEntries(Object.entries(template).map(([field, value]) => [field, this.fill(value)]))
  }

  private valueOf(ref: Ref): unknown {
    switch (ref.$) {
      case 'name':
        return this.nameOf(ref.of)
      case 'producerId':
        return (this.producers.get(ref.of)?.id ?? -1n) + BigInt(ref.plus ?? 0)
      case 'producerEpoch':
        return (this.producers.get(ref.of)?.epoch ?? -1) + (ref.plus ?? 0)
      case 'memberId':
        return this.members.get(ref.of)?.id ?? ''
      case 'generation':
        return (this.members.get(ref.of)?.generation ?? -1) + (ref.plus ?? 0)
      case 'topicId':
        return this.topicIds.get(this.nameOf(ref.of)) ?? zeroUuid
      case 'time':
        return CREATED_MS + BigInt(ref.plus)
      case 'batch':
        return this.batchOf(ref)
    }
  }

  private batchOf(ref: BatchRef): Uint8Array {
    const { of, topic, partition, count, damage } = ref
    const producer = this.producers.get(of)
    const next = producer?.sequences.get(`${topic}/${partition}`) ?? 0
    const records = Array.from({ length: damage === 'empty' ? 0 : count }, (_, nth): RecordInput => {
      const value = `${of}/${next + nth}${'x'.repeat(ref.paddedBy ?? 0)}`
      return { key: ref.isKeyless ? null : Buffer.from(`k${nth}`), value: Buffer.from(value) }
    })
    const bytes = encodeBatch({
      records,
      baseTimestamp: CREATED_MS + BigInt(ref.plusMs ?? 0),
      compression: ref.compression ?? 'none',
      timestampType: damage === 'stamped' ? 'LogAppendTime' : 'CreateTime',
      isTransactional: ref.transactional === true,
      ...(producer !== undefined && {
        producerId: producer.id,
        producerEpoch: producer.epoch + (ref.epochPlus ?? 0),
        baseSequence: Math.max(0, next + (ref.sequencePlus ?? 0)),
      }),
    })
    return damaged(bytes, damage)
  }

  private learnProducer({ as }: Send, { errorCode, producerId, producerEpoch }: InitAnswer): void {
    if (as === undefined || errorCode !== 0) return
    this.producers.set(as, { id: producerId, epoch: producerEpoch, sequences: new Map() })
  }

  private learnMember({ as }: Send, { memberId, generationId }: { memberId: string; generationId: number }): void {
    if (as === undefined || memberId === '') return
    this.members.set(as, { id: memberId, generation: generationId })
  }

  private learnTopics(topics: readonly { name: string | null; topicId: string }[]): void {
    for (const { name, topicId } of topics) if (name !== null && topicId !== zeroUuid) this.topicIds.set(name, topicId)
  }

  /** What was stored moves the sequence of its producer on; what was asked for is read from the step. */
  private learnSequences(step: Send, answer: ProduceAnswer): void {
    const stored = new Set<string>()
    for (const { name, topicId, partitionResponses } of answer.responses)
      for (const { index, errorCode } of partitionResponses)
        if (errorCode === 0) stored.add(`${this.plain(name, topicId)}/${index}`)
    for (const { of, topic, partition, count, sequencePlus = 0 } of batchesIn(step.body)) {
      const producer = this.producers.get(of)
      if (producer === undefined || !stored.has(`${topic}/${partition}`) || sequencePlus !== 0) continue
      const place = `${topic}/${partition}`
      producer.sequences.set(place, (producer.sequences.get(place) ?? 0) + count)
    }
  }

  private plain(name: string, topicId: string): string {
    const known = name !== '' ? name : [...this.topicIds].find(([, id]) => id === topicId)?.[0]
    return (known ?? '').slice(this.prefix.length)
  }
}

interface InitAnswer {
  readonly errorCode: number
  readonly producerId: bigint
  readonly producerEpoch: number
}

interface ProduceAnswer {
  readonly responses: readonly {
    readonly name: string
    readonly topicId: string
    readonly partitionResponses: readonly { readonly index: number; readonly errorCode: number }[]
  }[]
}

function batchesIn(template: Template): readonly BatchRef[] {
  if (typeof template !== 'object' || template === null || template instanceof Uint8Array) return []
  if (isRef(template)) return template.$ === 'batch' ? [template] : []
  return Object.values(template).flatMap((one) => batchesIn(one as Template))
}

function damaged(bytes: Uint8Array, how: BatchRef['damage']): Uint8Array {
  const copy = Uint8Array.from(bytes)
  switch (how) {
    case 'crc':
      copy[17] = copy[17]! ^ 0xff
      return copy
    case 'cut':
      return copy.subarray(0, copy.length - 3)
    case 'magic':
      copy[16] = 3
      return copy
    case 'two':
      return Buffer.concat([bytes, bytes])
    case 'codec':
      return compressedBy(copy, NO_CODEC)
    case 'zstd':
      return compressedBy(copy, compressions.indexOf('zstd'))
    default:
      return copy
  }
}

/** Three bits say how; one of their values says nothing. */
const NO_CODEC = 7

function compressedBy(bytes: Uint8Array, codec: number): Uint8Array {
  const lowByte = at.attributes + 1
  bytes[lowByte] = (bytes[lowByte]! & ~NO_CODEC) | codec
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at.crc, crc32c(bytes, at.attributes))
  return bytes
}
