import net from 'node:net'
import { apis } from '../wire/apis/index.ts'
import { decodeResponseFrame, encodeRequestFrame, FrameSplitter } from '../wire/frame.ts'
import { encodeBatch } from '../wire/records.ts'
import { errorName } from '../wire/error-codes.ts'
import { batch, ClusterStage, from } from './cluster-stage.ts'

const stage = new ClusterStage({ brokers: [{ id: 1, host: '127.0.0.1', port: 19192 }], config: { } } as any)
const show = (v: unknown) => JSON.stringify(v, (k, x) => {
  if (['topicId', 'clusterId', 'memberId', 'leader'].includes(k) && typeof x === 'string' && x !== '' && x !== 'AAAAAAAAAAAAAAAAAAAAAA') return '<id>'
  if (k === 'logAppendTimeMs' && typeof x === 'bigint' && x > 1n) return '<time>'
  if (['supportedFeatures', 'finalizedFeatures', 'finalizedFeaturesEpoch'].includes(k)) return undefined
  if (typeof x === 'bigint') return `${x}n`
  if (x && x.type === 'Buffer') return Buffer.from(x.data).toString('hex')
  return x
})
const norm = (v: unknown): string => show(deep(v))
function deep(v: any): any { if (v instanceof Uint8Array) return Buffer.from(v).toString('hex'); if (Array.isArray(v)) return v.map(deep); if (v && typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, deep(x)])); return v }

class Real {
  sock!: net.Socket; splitter = new FrameSplitter(); pending: any[] = []; closed = false; n = 0
  async open() { this.sock = net.connect(19192, '127.0.0.1'); await new Promise((r) => this.sock.once('connect', r)); this.sock.on('data', (d) => { for (const f of this.splitter.feed(d)) this.pending.shift()?.(f) }); this.sock.on('close', () => { this.closed = true; for (const p of this.pending.splice(0)) p(null) }); this.sock.on('error', () => {}) }
  async ask(name: string, body: any, version: number, wait = true): Promise<any> {
    if (this.closed) return 'CLOSED BEFORE'
    const api = (apis as any)[name]
    const p = new Promise<any>((r) => this.pending.push(r))
    this.sock.write(encodeRequestFrame(api, version, ++this.n, 'test', body))
    if (!wait) this.pending.pop()
    const f = await Promise.race([p, new Promise((r) => setTimeout(() => r('timeout'), wait ? 3000 : 300))])
    if (f === null) return 'CLOSED'
    if (f === 'timeout') return this.closed ? 'CLOSED' : 'NO ANSWER'
    return decodeResponseFrame(api, version, f as Uint8Array).body
  }
}
function diff(a: any, b: any, at: string): void {
  if (JSON.stringify(a) === JSON.stringify(b)) return
  if (a && b && typeof a === 'object' && typeof b === 'object') { for (const k of new Set([...Object.keys(a), ...Object.keys(b)])) diff(a[k], b[k], `${at}.${k}`); return }
  console.log('     ', at, 'real', JSON.stringify(a)?.slice(0, 700), 'model', JSON.stringify(b)?.slice(0, 700))
}
let same = 0, differ = 0
let real = new Real(); await real.open()
let model = stage.connect()
async function ask(what: string, name: string, body: any | ((side: 'real' | 'model') => any), version: number, { wait = true, pick = (x: any) => x } = {}) {
  if (real.closed) { real = new Real(); await real.open() }
  if (model.closed) model = stage.connect()
  const of = (side: 'real' | 'model') => (typeof body === 'function' ? body(side) : body)
  const r = await real.ask(name, of('real'), version, wait)
  let m: any
  const sent = model.send(name as any, of('model'), version)
  stage.pass(2000)
  m = sent.answer ?? (model.closed ? 'CLOSED' : 'NO ANSWER')
  const [a, b] = [norm(typeof r === 'object' ? pick(r) : r), norm(typeof m === 'object' ? pick(m) : m)]
  if (a === b) { same++; if (process.env.V) console.log('ok   ', what) }
  else { differ++; console.log('DIFF ', what); try { diff(JSON.parse(a), JSON.parse(b), '') } catch { console.log(a, b) } }
  if (r === 'NO ANSWER' && wait) { real.closed = true; real.sock.destroy(); (model as any).closed = 'fin' }
  return { real: r, model: m }
}
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms))
const T = (name: string, extra: object = {}) => ({ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [], ...extra })
const create = (topics: any[], v = 3) => ['createTopics', { topics, timeoutMs: 5000, validateOnly: false }, v] as const
// --- api versions
await ask('apiVersions v2 (served ones)', 'apiVersions', {}, 2, { pick: (x) => ({ ...x, apiKeys: x.apiKeys.filter((k: any) => stage.state && ['0','1','2','3','8','9','10','11','12','13','14','15','16','18','19','20','22','32','37','42','60'].includes(String(k.apiKey))) }) })
await ask('apiVersions odd', 'apiVersions', { clientSoftwareName: '-x', clientSoftwareVersion: '' }, 3)
// --- create topics
await ask('create t', ...create([T('t')], 3))
await ask('create t again', ...create([T('t')], 4))
await ask('create many bad', ...create([T('a b'), T(''), T('..'), T('x'.repeat(250)), T('p0', { numPartitions: 0 }), T('r0', { replicationFactor: 0 }), T('r3', { replicationFactor: 3 }), T('c', { configs: [{ name: 'retention', value: '5' }] }), T('c2', { configs: [{ name: 'retention.ms', value: 'x' }] }), T('c3', { configs: [{ name: 'cleanup.policy', value: 'keep' }] }), T('c4', { configs: [{ name: 'retention.ms', value: null }] }), T('m1', { assignments: [{ partitionIndex: 0, brokerIds: [1] }] }), T('m2', { numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [7] }] }), T('m3', { numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 1, brokerIds: [1] }] }), T('m4', { numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [] }] }), T('m5', { numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [1, 1] }] }), T('m6', { numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [1] },{ partitionIndex: 0, brokerIds: [1] }] })], 4))
await ask('create dup', ...create([T('d'), T('d'), T('e')], 4))
await ask('create collide', ...create([T('a.b')], 4)); await ask('create collide 2', ...create([T('a_b')], 4))
await ask('create v7 with configs', ...create([T('v7', { configs: [{ name: 'cleanup.policy', value: 'compact' }] })], 7))
await ask('create huge', ...create([T('huge', { numPartitions: 20000 }), T('fine')], 4))
await ask('create lat', ...create([T('lat', { configs: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }] }), T('small', { configs: [{ name: 'max.message.bytes', value: '100' }] }), T('after', { configs: [{ name: 'message.timestamp.after.max.ms', value: '1000' }] }), T('three', { numPartitions: 3 })], 4))
await sleep(1500)
// --- metadata
for (const v of [0, 1, 4, 6, 8, 9, 10, 12]) {
  const opt = v >= 4 ? { allowAutoTopicCreation: true } : {}
  await ask(`metadata v${v}`, 'metadata', { topics: [{ name: 't' }], ...opt }, v)
  await ask(`metadata unknown v${v}`, 'metadata', { topics: [{ name: 'nope' }, { name: 'n o' }], ...opt }, v, { pick: (x) => ({ ...x, topics: x.topics.sort((a: any, b: any) => (a.name < b.name ? -1 : 1)) }) })
}
await ask('metadata ops', 'metadata', { topics: [{ name: 't' }], includeClusterAuthorizedOperations: true, includeTopicAuthorizedOperations: true }, 8)
await ask('metadata none', 'metadata', { topics: [] }, 6)
await ask('metadata null name v10', 'metadata', { topics: [{ name: null }] }, 10)
await ask('metadata by id', 'metadata', { topics: [{ name: null, topicId: 'AAAAAAAAAAAAAAAAAAAABQ' }] }, 12)
await ask('metadata all', 'metadata', { topics: null }, 6, { pick: (x) => ({ ...x, topics: x.topics.sort((a: any, b: any) => (a.name < b.name ? -1 : 1)) }) })
// --- produce
const P = (topic: string, records: Uint8Array | null, { acks = -1, index = 0, transactionalId = null as any } = {}) => ({ acks, timeoutMs: 1000, transactionalId, topicData: [{ name: topic, partitionData: [{ index, records }] }] })
const damaged = (at: number, value: number, fix = false) => { const b = batch(['a']); b[at] = value; return b }
const now = BigInt(Date.now())
const cases: [string, any][] = [
  ['ok', P('t', batch(['a', 'b']))], ['acks1', P('t', batch(['c']), { acks: 1 })], ['acks 2', P('t', batch(['a']), { acks: 2 })], ['acks 2 unknown', P('zz', batch(['a']), { acks: 2 })],
  ['unknown topic', P('zz', batch(['a']))], ['unknown partition', P('t', batch(['a']), { index: 9 })],
  ['null', P('t', null)], ['empty', P('t', new Uint8Array(0))], ['cut', P('t', batch(['a']).subarray(0, 70))], ['two', P('t', Buffer.concat([batch(['a']), batch(['b'])]))],
  ['tail', P('t', Buffer.concat([batch(['tail']), Buffer.from([1, 2, 3])]))], ['tail of 20', P('t', Buffer.concat([batch(['tail']), batch(['x']).subarray(0, 20)]))],
  ['crc', P('t', damaged(70, 0xff))], ['length', P('t', damaged(8, 0xff))], ['magic 3', P('t', damaged(16, 3))], ['magic 1', P('t', damaged(16, 1))],
  ['base offset', P('t', batch(['a'], { baseOffset: 5n }))], ['count', P('t', batch(['a', 'b'], { lastOffsetDelta: 0 }))], ['no records', P('t', batch([], { lastOffsetDelta: 0 }))], ['neg delta', P('t', batch(['a'], { lastOffsetDelta: -1 }))],
  ['control', P('t', batch(['a'], { isControl: true }))], ['pid no seq', P('t', batch(['a'], { producerId: 1n, producerEpoch: 0 }))],
  ['LAT batch', P('t', batch(['a'], { timestampType: 'LogAppendTime' }))], ['LAT batch to LAT topic', P('lat', batch(['a'], { timestampType: 'LogAppendTime' }))],
  ['LAT topic', P('lat', batch(['a']))], ['too large', P('small', batch(['a'.repeat(100)]))], ['fits', P('small', batch(['a']))], ['after', P('after', batch(['a'], { baseTimestamp: 4_000_000_000_000n }))],
  ['compact no key', P('v7', encodeBatch({ records: [{ key: Buffer.from('k'), value: null }, { value: null }] }))],
  ['wrong max', P('t', batch(['a'], { maxTimestamp: 1n }))], ['negative ts', P('t', batch(['a'], { baseTimestamp: -1n }))], ['very negative ts', P('t', batch(['a'], { baseTimestamp: -5n }))],
  ['gzip', P('t', batch(['g', 'h'], { compression: 'gzip' }))], ['weird deltas', P('t', encodeBatch({ records: [{ value: null, offsetDelta: 0 }, { value: null, offsetDelta: 0 }], lastOffsetDelta: 1 }))],
  ['no value no key', P('t', encodeBatch({ records: [{ value: null }] }))],
  ['txn no id', P('t', batch(['a'], { isTransactional: true, producerId: 5n, producerEpoch: 0, baseSequence: 0 }))],
  ['idem first seq 7', P('t', from(100n, 7, ['i7']))], ['idem next', P('t', from(100n, 8, ['i8', 'i9']))], ['idem dup', P('t', from(100n, 7, ['i7']))], ['idem gap', P('t', from(100n, 11, ['x']))], ['idem overlap', P('t', from(100n, 9, ['x']))],
  ['epoch up bad', P('t', from(100n, 3, ['x'], 1))], ['epoch up', P('t', from(100n, 0, ['e1'], 1))], ['epoch stale', P('t', from(100n, 10, ['x'], 0))], ['epoch stale dup', P('t', from(100n, 8, ['i8', 'i9'], 0))],
  ['wrap', P('t', from(101n, 0x7fffffff - 1, ['w1', 'w2', 'w3', 'w4']))], ['wrap next', P('t', from(101n, 2, ['w5']))], ['wrap dup', P('t', from(101n, 0x7ffffffe, ['w1', 'w2', 'w3', 'w4']))],
  ...Array.from({ length: 7 }, (_, i): [string, any] => [`win ${i}`, P('t', from(102n, i, [`w${i}`]))]), ...[0, 1, 2, 6].map((i): [string, any] => [`win dup ${i}`, P('t', from(102n, i, [`w${i}`]))]),
  ['internal', P('__consumer_offsets', batch(['a']))],
  ['max', P('t', from(103n, 0x7fffffff, ['m']))], ['max 1', P('t', from(103n, 1, ['m']))], ['max 0', P('t', from(103n, 0, ['m']))],
  ['epoch -1', P('t', batch(['a'], { producerId: 104n, producerEpoch: -1, baseSequence: 0 }))],
]
for (const [what, body] of cases) await ask(`produce v7 ${what}`, 'produce', body, 7)
for (const [what, body] of cases) if (!/win|wrap|idem|epoch|max/.test(what)) await ask(`produce v11 ${what}`, 'produce', body, 11)
{ const z = batch(['a']); z[22] = 7; await ask('produce unknown compression', 'produce', P('t', z), 7) }
await ask('produce v3', 'produce', P('t', batch(['v3'])), 3)
await ask('produce acks0', 'produce', P('t', batch(['acks0']), { acks: 0 }), 7, { wait: false })
await ask('produce acks0 error', 'produce', P('zz', batch(['acks0']), { acks: 0 }), 7, { wait: false })
await ask('produce mixed', 'produce', { acks: -1, timeoutMs: 1, transactionalId: null, topicData: [{ name: 'three', partitionData: [{ index: 0, records: batch(['p0']) }, { index: 7, records: batch(['p']) }, { index: 2, records: batch(['p2']) }] }] }, 7, { pick: (x) => x.responses[0].partitionResponses.sort((a: any, b: any) => a.index - b.index) })
// --- fetch
const F = (topic: string, offset: bigint, o: any = {}) => ({ ...(o.v >= 15 ? {} : { replicaId: -1 }), maxWaitMs: o.wait ?? 0, minBytes: o.min ?? 1, maxBytes: o.max ?? 1_000_000, isolationLevel: o.iso ?? 0, ...(o.session ? { sessionId: o.session[0], sessionEpoch: o.session[1] } : {}), topics: [{ ...(o.v >= 13 ? { topicId: o.topicId } : { topic }), partitions: [{ partition: o.p ?? 0, fetchOffset: offset, partitionMaxBytes: o.pmax ?? 1_000_000, ...(o.epoch !== undefined ? { currentLeaderEpoch: o.epoch } : {}) }] }] })
for (const v of [4, 5, 7, 9, 11, 12]) await ask(`fetch all v${v}`, 'fetch', F('t', 0n), v)
await ask('fetch mid batch', 'fetch', F('t', 1n), 11); await ask('fetch read committed', 'fetch', F('t', 3n, { iso: 1 }), 11)
await ask('fetch end', 'fetch', (s: any) => F('t', stage.log('t', 0).endOffset), 11); await ask('fetch end committed', 'fetch', () => F('t', stage.log('t', 0).endOffset, { iso: 1 }), 11)
await ask('fetch past end', 'fetch', () => F('t', stage.log('t', 0).endOffset + 1n), 11); await ask('fetch -1', 'fetch', F('t', -1n), 11)
for (const m of [0, 1, 60, 100, 150, 200, 300, 400, 777]) { await ask(`fetch max ${m}`, 'fetch', F('t', 0n, { max: m }), 11); await ask(`fetch pmax ${m}`, 'fetch', F('t', 0n, { pmax: m }), 11) }
await ask('fetch pmax -1', 'fetch', F('t', 0n, { pmax: -1 }), 11)
await ask('fetch unknown', 'fetch', F('zz', 0n), 11); await ask('fetch unknown p', 'fetch', F('t', 0n, { p: 5 }), 11)
await ask('fetch epoch ok', 'fetch', F('t', 0n, { epoch: 0, max: 1 }), 11); await ask('fetch epoch high', 'fetch', F('t', 0n, { epoch: 5 }), 11)
await ask('fetch wait timeout', 'fetch', () => F('t', stage.log('t', 0).endOffset, { wait: 200 }), 11); await ask('fetch wait minbytes', 'fetch', F('t', 0n, { wait: 200, min: 900000 }), 11)
await ask('fetch session 5/1', 'fetch', F('t', 0n, { session: [5, 1] }), 11); await ask('fetch session 5/-1', 'fetch', F('t', 0n, { session: [5, -1] }), 11); await ask('fetch session 0/-1', 'fetch', F('t', 0n, { session: [0, -1] }), 11)
await ask('fetch session 0/1', 'fetch', F('t', 0n, { session: [0, 1] }), 11)
await ask('fetch unknown id', 'fetch', F('', 0n, { v: 13, topicId: 'AAAAAAAAAAAAAAAAAAAABQ' }), 13)
const id = (side: 'real' | 'model', r: any) => r[side].topics[0].topicId
const ids = await ask('metadata for ids', 'metadata', { topics: [{ name: 't' }] }, 10)
for (const v of [13, 15, 16, 17]) await ask(`fetch by id v${v}`, 'fetch', (s: any) => F('', 2n, { v, topicId: id(s, ids) }), v)
await ask('fetch several', 'fetch', { replicaId: -1, maxWaitMs: 0, minBytes: 1, maxBytes: 1_000_000, topics: [{ topic: 'zz', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 100 }] }, { topic: 'three', partitions: [0, 1, 2].map((p) => ({ partition: p, fetchOffset: 0n, partitionMaxBytes: 1000 })) }, { topic: 't', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 100 }] }] }, 11)
for (const t of ['lat', 'small', 'after', 'v7']) if (t !== 'lat') await ask(`fetch ${t}`, 'fetch', F(t, 0n), 11)
// --- list offsets
const L = (timestamp: bigint, o: any = {}) => ({ replicaId: -1, ...(o.iso ? { isolationLevel: 1 } : {}), topics: [{ name: o.t ?? 't', partitions: [{ partitionIndex: o.p ?? 0, timestamp, ...(o.epoch !== undefined ? { currentLeaderEpoch: o.epoch } : {}), ...(o.max ? { maxNumOffsets: o.max } : {}) }] }] })
for (const v of [1, 3, 4, 7, 9]) for (const t of [-1n, -2n, 0n, 1_704_067_200_000n, 1_704_067_200_001n, 5_000_000_000_000n, -3n, -4n, -5n, -6n]) await ask(`listOffsets v${v} ${t}`, 'listOffsets', L(t), v)
for (const t of [-1n, -2n, 5_000_000_000_000n]) await ask(`listOffsets v0 ${t}`, 'listOffsets', L(t, { max: 5 }), 0)
await ask('listOffsets v0 -1 max 1', 'listOffsets', L(-1n, { max: 1 }), 0)
await ask('listOffsets unknown', 'listOffsets', L(-1n, { t: 'zz' }), 3); await ask('listOffsets epoch', 'listOffsets', L(-1n, { epoch: 4 }), 4)
await ask('listOffsets empty max ts', 'listOffsets', L(-3n, { t: 'three', p: 1 }), 7); await ask('listOffsets empty -1', 'listOffsets', L(-1n, { t: 'three', p: 1 }), 7); await ask('listOffsets empty -2', 'listOffsets', L(-2n, { t: 'three', p: 1 }), 7)
await ask('listOffsets twice', 'listOffsets', { replicaId: -1, topics: [{ name: 't', partitions: [{ partitionIndex: 0, timestamp: -1n }, { partitionIndex: 0, timestamp: -2n }] }] }, 3)
// --- find coordinator
await ask('findCoordinator first', 'findCoordinator', { key: 'g', keyType: 0 }, 2)
await sleep(1500)
for (const v of [0, 1, 2, 3]) await ask(`findCoordinator v${v}`, 'findCoordinator', { key: 'g', ...(v ? { keyType: 0 } : {}) }, v)
await ask('findCoordinator v4', 'findCoordinator', { coordinatorKeys: ['g', 'h'], keyType: 0 }, 4)
await ask('findCoordinator share v6', 'findCoordinator', { coordinatorKeys: ['g'], keyType: 2 }, 6); await ask('findCoordinator share v4', 'findCoordinator', { coordinatorKeys: ['g'], keyType: 2 }, 4); await ask('findCoordinator type 9', 'findCoordinator', { key: 'g', keyType: 9 }, 2); await ask('findCoordinator type 9 v4', 'findCoordinator', { coordinatorKeys: ['g'], keyType: 9 }, 4)
await ask('metadata offsets', 'metadata', { topics: [{ name: '__consumer_offsets' }] }, 6)
await ask('produce internal', 'produce', P('__consumer_offsets', batch(['a'])), 7); await ask('produce internal bad', 'produce', P('__consumer_offsets', damaged(70, 255)), 7)
// --- init pid
await ask('initPid', 'initProducerId', { transactionalId: null, transactionTimeoutMs: 1000 }, 1, { pick: (x) => ({ ...x, producerId: 'n' }) })
await ask('initPid half', 'initProducerId', { transactionalId: null, transactionTimeoutMs: 1000, producerId: 5n }, 3); await ask('initPid full', 'initProducerId', { transactionalId: null, transactionTimeoutMs: 1000, producerId: 5n, producerEpoch: 1 }, 4, { pick: (x) => ({ ...x, producerId: 'n' }) })
await ask('initPid empty', 'initProducerId', { transactionalId: '', transactionTimeoutMs: 1000 }, 1)
// --- create partitions
const C = (name: string, count: number, assignments: any = null) => ({ topics: [{ name, count, assignments }], timeoutMs: 3000, validateOnly: false })
await ask('partitions same', 'createPartitions', C('three', 3), 1); await ask('partitions less', 'createPartitions', C('three', 1), 1); await ask('partitions unknown', 'createPartitions', C('zz', 1), 1); await ask('partitions ok', 'createPartitions', C('three', 4), 1); await ask('partitions assign count', 'createPartitions', C('three', 6, [{ brokerIds: [1] }]), 1); await ask('partitions assign bad', 'createPartitions', C('three', 5, [{ brokerIds: [9] }]), 1); await ask('partitions huge', 'createPartitions', C('three', 50000), 1)
await ask('partitions dup', 'createPartitions', { topics: [{ name: 'three', count: 9, assignments: null }, { name: 'three', count: 9, assignments: null }], timeoutMs: 3000, validateOnly: false }, 1)
// --- configs
for (const v of [0, 1, 2, 3, 4]) await ask(`describeConfigs topic v${v}`, 'describeConfigs', { resources: [{ resourceType: 2, resourceName: 'v7', configurationKeys: null }] }, v, { pick: (x) => ({ ...x, results: x.results.map((r: any) => ({ ...r, configs: r.configs.sort((a: any, b: any) => (a.name < b.name ? -1 : 1)) })) }) })
await ask('describeConfigs keys', 'describeConfigs', { resources: [{ resourceType: 2, resourceName: 'v7', configurationKeys: ['cleanup.policy', 'nope'] }] }, 2)
await ask('describeConfigs unknown', 'describeConfigs', { resources: [{ resourceType: 2, resourceName: 'zz', configurationKeys: null }] }, 2); await ask('describeConfigs bad name', 'describeConfigs', { resources: [{ resourceType: 2, resourceName: 'z z', configurationKeys: null }] }, 2); await ask('describeConfigs other broker', 'describeConfigs', { resources: [{ resourceType: 4, resourceName: '7', configurationKeys: null }] }, 2); await ask('describeConfigs default broker', 'describeConfigs', { resources: [{ resourceType: 4, resourceName: '', configurationKeys: null }] }, 2); await ask('describeConfigs type 9', 'describeConfigs', { resources: [{ resourceType: 9, resourceName: 'x', configurationKeys: null }] }, 2)
// --- describe cluster
await ask('describeCluster', 'describeCluster', { includeClusterAuthorizedOperations: true }, 1); await ask('describeCluster 2', 'describeCluster', { includeClusterAuthorizedOperations: false, endpointType: 2 }, 1); await ask('describeCluster 9', 'describeCluster', { includeClusterAuthorizedOperations: false, endpointType: 9 }, 1)
// --- delete
const D = (...topicNames: string[]) => ({ topicNames, timeoutMs: 3000 })
await ask('delete unknown', 'deleteTopics', D('zz'), 1); await ask('delete dup v5', 'deleteTopics', D('small', 'small'), 5); await ask('delete v6 none', 'deleteTopics', { topics: [{ name: null }].map((x) => ({ ...x, topicId: 'AAAAAAAAAAAAAAAAAAAAAA' })), timeoutMs: 1000 }, 6); await ask('delete v6 id', 'deleteTopics', { topics: [{ name: null, topicId: 'AAAAAAAAAAAAAAAAAAAABQ' }], timeoutMs: 1000 }, 6); await ask('delete small', 'deleteTopics', D('small'), 1); await ask('delete v6 both', 'deleteTopics', { topics: [{ name: 'lat', topicId: 'AAAAAAAAAAAAAAAAAAAABQ' }], timeoutMs: 1000 }, 6); await ask('delete v6 ok', 'deleteTopics', { topics: [{ name: 'lat', topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }], timeoutMs: 1000 }, 6)
await sleep(500)
await ask('fetch deleted', 'fetch', F('small', 0n), 11)
await ask('old fetch v3', 'fetch', { replicaId: -1, maxWaitMs: 0, minBytes: 1, maxBytes: 1000, topics: [{ topic: 't', partitions: [{ partition: 1, fetchOffset: 0n, partitionMaxBytes: 100 }] }] }, 3)
console.log({ same, differ }); process.exit(0)
