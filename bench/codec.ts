/**
 * The codec beside kafkajs' own (kafkajs/src/protocol), both directions: how often as fast it is. A client only encodes requests and decodes
 * responses, so that is what can be compared; a record batch is both.
 *
 * Rounds of the two sides alternate, and the figure is the median of the rounds' ratios: what else a machine does meets both.
 */
import { createRequire } from 'node:module'
import { apis } from '../harness/wire/apis/index.ts'
import { decodeRecords, encodeBatch, type RecordInput } from '../harness/wire/records.ts'
import { decodeResponse, encodeRequest, encodeResponse } from '../harness/wire/schema.ts'

export interface CodecFigure {
  readonly what: string
  /** kafkajs' time for it, divided by ours. */
  readonly timesAsFast: number
}

/** kafkajs' functions give promises, some of them because zlib does: they are awaited, as kafkajs does. */
interface Side {
  ours(): unknown
  theirs(): unknown
}

const require = createRequire(import.meta.url)
// biome-ignore lint/suspicious/noExplicitAny: kafkajs' inside has no types
const load = (path: string): any => require(`kafkajs/src/protocol/${path}`)
const { RecordBatch } = load('recordBatch/v0')
const encodeRecord = load('recordBatch/record/v0')
const decodeBatch = load('recordBatch/v0/decoder')
const Decoder = load('decoder')
const { requests } = load('requests')

const recordCount = 100
const recordBytes = 100
/** What the batches of these measurements are. */
export const batchSays = `${recordCount} records of ${recordBytes} bytes`

const now = 1_704_067_200_000
const value = Buffer.alloc(recordBytes, 'the same few words again and again, ')
const keys = Array.from({ length: recordCount }, (_, i) => Buffer.from(`k${i}`))
const ourRecords: RecordInput[] = keys.map((key) => ({ key, value }))
const messages = keys.map((key) => ({ key, value, timestamp: now, headers: {} }))
const topic = 'orders'
const partitions = [0, 1, 2]
const member = { groupId: 'billing', memberId: 'consumer-0-00000000-0000-4000-8000-000000000000' }
const metadata = Buffer.alloc(40, 1)

type Compression = 'none' | 'gzip'
const codecOf = { none: 0, gzip: 1 }

function batchOf(compression: Compression): Uint8Array {
  return encodeBatch({ records: ourRecords, baseTimestamp: BigInt(now), compression })
}

function encodingOfBatch(compression: Compression): Side {
  return {
    ours: () => batchOf(compression),
    theirs: async () => {
      const records = messages.map(({ key, value, headers }, i) =>
        encodeRecord({ key, value, headers, offsetDelta: i, timestampDelta: 0 }),
      )
      const times = { firstTimestamp: now, maxTimestamp: now, lastOffsetDelta: records.length - 1 }
      return (await RecordBatch({ compression: codecOf[compression], records, ...times })).buffer
    },
  }
}

function decodingOfBatch(compression: Compression): Side {
  const bytes = Buffer.from(batchOf(compression))
  return { ours: () => decodeRecords(bytes), theirs: () => decodeBatch(new Decoder(bytes)) }
}

/** What kafkajs makes of these arguments, and we of that body. */
function encodingOf(name: keyof typeof apis, version: number, args: unknown, ours: () => unknown): Side {
  const protocol = requests[apis[name].name].protocol({ version: String(version) })
  return {
    ours: () => encodeRequest(apis[name] as typeof apis.metadata, version, ours() as never),
    theirs: async () => (await protocol(args).request.encode()).buffer,
  }
}

/** `also` reads what the answer carries: kafkajs reads the records of a fetch with it. */
function decodingOf(name: keyof typeof apis, version: number, body: unknown, also?: (body: never) => unknown): Side {
  const { response } = requests[apis[name].name].protocol({ version: String(version) })({ topics: [] })
  const api = apis[name] as typeof apis.metadata
  const bytes = Buffer.from(encodeResponse(api, version, body as never))
  return {
    ours: () => {
      const read = decodeResponse(api, version, bytes)
      return also === undefined ? read : also(read as never)
    },
    theirs: () => response.decode(bytes),
  }
}

function sides(): ReadonlyMap<string, Side> {
  const fetched = partitions.map((partitionIndex) => ({
    ...{ partitionIndex, errorCode: 0, highWatermark: 100n, lastStableOffset: 100n, abortedTransactions: [] },
    records: batchOf('none'),
  }))
  const brokers = [1, 2, 3].map((nodeId) => ({ nodeId, host: `broker-${nodeId}`, port: 9092 }))
  const described = partitions.map((partitionIndex) => ({
    ...{ errorCode: 0, partitionIndex, leaderId: 1, replicaNodes: [1, 2, 3], isrNodes: [1, 2, 3] },
  }))
  const members = [0, 1].map((nth) => ({ memberId: `${member.memberId}${nth}`, metadata }))
  const produced = partitions.map((index) => ({ index, errorCode: 0, baseOffset: 5n }))
  const asked = partitions.map((partition) => ({ partition, fetchOffset: '12345', maxBytes: 1_048_576 }))
  const askedOfUs = partitions.map((partition) => ({ partition, fetchOffset: 12345n, partitionMaxBytes: 1_048_576 }))
  const limits = { replicaId: -1, minBytes: 1, maxBytes: 10_485_760, isolationLevel: 1 }
  return new Map<string, Side>([
    ['encode a batch', encodingOfBatch('none')],
    ['encode a batch, gzip', encodingOfBatch('gzip')],
    [
      'encode Produce',
      encodingOf(
        'produce',
        7,
        { acks: -1, timeout: 30_000, compression: 0, topicData: [{ topic, partitions: [{ partition: 0, messages }] }] },
        () => ({
          ...{ transactionalId: null, acks: -1, timeoutMs: 30_000 },
          topicData: [{ name: topic, partitionData: [{ index: 0, records: batchOf('none') }] }],
        }),
      ),
    ],
    [
      'encode Fetch',
      encodingOf('fetch', 11, { ...limits, maxWaitTime: 500, topics: [{ topic, partitions: asked }] }, () => ({
        ...{ ...limits, maxWaitMs: 500, topics: [{ topic, partitions: askedOfUs }] },
      })),
    ],
    [
      'encode Metadata',
      encodingOf('metadata', 6, { topics: [topic], allowAutoTopicCreation: true }, () => ({
        ...{ topics: [{ name: topic }], allowAutoTopicCreation: true },
      })),
    ],
    [
      'encode JoinGroup',
      encodingOf(
        'joinGroup',
        5,
        {
          ...{ ...member, sessionTimeout: 30_000, rebalanceTimeout: 60_000, protocolType: 'consumer' },
          groupProtocols: [{ name: 'RoundRobinAssigner', metadata }],
        },
        () => ({
          ...{ ...member, sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 60_000, protocolType: 'consumer' },
          protocols: [{ name: 'RoundRobinAssigner', metadata }],
        }),
      ),
    ],
    ['decode a batch', decodingOfBatch('none')],
    ['decode a batch, gzip', decodingOfBatch('gzip')],
    ['decode Produce', decodingOf('produce', 7, { responses: [{ name: topic, partitionResponses: produced }] })],
    [
      'decode Fetch',
      decodingOf(
        'fetch',
        11,
        { responses: [{ topic, partitions: fetched }] },
        ({ responses }: ReturnType<typeof decodeResponse<typeof apis.fetch>>) =>
          responses.map((of) => of.partitions.map(({ records }) => decodeRecords(records!))),
      ),
    ],
    [
      'decode Metadata',
      decodingOf('metadata', 6, {
        brokers,
        controllerId: 1,
        topics: [{ errorCode: 0, name: topic, partitions: described }],
      }),
    ],
    [
      'decode JoinGroup',
      decodingOf('joinGroup', 5, {
        ...{ errorCode: 0, generationId: 1, protocolName: 'RoundRobinAssigner', leader: member.memberId },
        ...{ memberId: member.memberId, members },
      }),
    ],
  ])
}

async function timeOf(side: () => unknown, times: number): Promise<number> {
  const begin = performance.now()
  for (let i = 0; i < times; i++) await side()
  return performance.now() - begin
}

/** So often that a slice of kafkajs takes about `sliceMs`. */
export async function measureCodec(rounds: number, sliceMs = 8): Promise<readonly CodecFigure[]> {
  const figures: CodecFigure[] = []
  for (const [what, { ours, theirs }] of sides()) {
    await timeOf(ours, 200)
    const times = Math.max(5, Math.ceil(sliceMs / ((await timeOf(theirs, 200)) / 200)))
    const ratios: number[] = []
    for (let round = 0; round < rounds; round++) {
      // Whoever comes second finds warmer caches.
      const first = round % 2 === 0
      const one = await timeOf(first ? ours : theirs, times)
      const other = await timeOf(first ? theirs : ours, times)
      ratios.push(first ? other / one : one / other)
    }
    ratios.sort((one, other) => one - other)
    figures.push({ what, timesAsFast: ratios[Math.floor(ratios.length / 2)]! })
  }
  return figures
}
