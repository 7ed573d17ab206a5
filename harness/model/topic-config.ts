/**
 * Topic settings: which there are (for CreateTopics and DescribeConfigs), their defaults in 3.9 (LogConfig), and which of them the model
 * obeys: max.message.bytes, message.timestamp.*, min.insync.replicas, and what log-config.ts has: cleanup.policy, retention.*, segment.bytes,
 * segment.ms, *.compaction.lag.ms, delete.retention.ms, min.cleanable.dirty.ratio. The others are kept and shown.
 */
import type { Release } from './releases.ts'
import type { ClusterState, Topic } from './state.ts'

export interface Setting {
  readonly name: string
  readonly value: string
  /** ConfigDef.Type as DescribeConfigs numbers it: 1 boolean, 2 string, 3 int, 5 long, 6 double, 7 list. */
  readonly type: 1 | 2 | 3 | 5 | 6 | 7
  /** The range of a number (LogConfig's validators). */
  readonly least?: number
  readonly most?: number
  /** The releases that have it, and with this value. Default: all. */
  readonly in?: readonly Release[]
  /** The broker's setting that is the default of a topic's (ServerTopicConfigSynonyms), where it has a value of its own. */
  readonly broker?: string
}

const longMax = '9223372036854775807'
const before4: readonly Release[] = ['2.8', '3.9']
const since4: readonly Release[] = ['4.4']

export const topicSettings: readonly Setting[] = [
  { name: 'cleanup.policy', value: 'delete', type: 7, broker: 'log.cleanup.policy' },
  { name: 'compression.gzip.level', value: '-1', type: 3, broker: 'compression.gzip.level' },
  { name: 'compression.lz4.level', value: '9', type: 3, least: 1, most: 17, broker: 'compression.lz4.level' },
  { name: 'compression.type', value: 'producer', type: 2, broker: 'compression.type' },
  { name: 'compression.zstd.level', value: '3', type: 3, least: -131072, most: 22, broker: 'compression.zstd.level' },
  { name: 'delete.retention.ms', value: '86400000', type: 5, least: 0, broker: 'log.cleaner.delete.retention.ms' },
  { name: 'errors.deadletterqueue.group.enable', value: 'false', type: 1, in: since4 },
  { name: 'file.delete.delay.ms', value: '60000', type: 5, least: 0, broker: 'log.segment.delete.delay.ms' },
  { name: 'flush.messages', value: longMax, type: 5, least: 1, broker: 'log.flush.interval.messages' },
  { name: 'flush.ms', value: longMax, type: 5, least: 0 },
  { name: 'follower.replication.throttled.replicas', value: '', type: 7 },
  { name: 'index.interval.bytes', value: '4096', type: 3, least: 0, broker: 'log.index.interval.bytes' },
  { name: 'leader.replication.throttled.replicas', value: '', type: 7 },
  { name: 'local.retention.bytes', value: '-2', type: 5, least: -2, broker: 'log.local.retention.bytes' },
  { name: 'local.retention.ms', value: '-2', type: 5, least: -2, broker: 'log.local.retention.ms' },
  { name: 'max.compaction.lag.ms', value: longMax, type: 5, least: 1, broker: 'log.cleaner.max.compaction.lag.ms' },
  {
    name: 'max.decompressed.message.bytes',
    value: '2147483639',
    type: 3,
    broker: 'max.decompressed.message.bytes',
    in: since4,
  },
  { name: 'max.message.bytes', value: '1048588', type: 3, least: 0, broker: 'message.max.bytes' },
  {
    name: 'message.downconversion.enable',
    value: 'true',
    type: 1,
    broker: 'log.message.downconversion.enable',
    in: before4,
  },
  { name: 'message.format.version', value: '3.0-IV1', type: 2, broker: 'log.message.format.version', in: before4 },
  {
    name: 'message.timestamp.after.max.ms',
    value: longMax,
    type: 5,
    least: 0,
    broker: 'log.message.timestamp.after.max.ms',
    in: before4,
  },
  {
    name: 'message.timestamp.after.max.ms',
    value: '3600000',
    type: 5,
    least: 0,
    broker: 'log.message.timestamp.after.max.ms',
    in: since4,
  },
  {
    name: 'message.timestamp.before.max.ms',
    value: longMax,
    type: 5,
    least: 0,
    broker: 'log.message.timestamp.before.max.ms',
  },
  {
    name: 'message.timestamp.difference.max.ms',
    value: longMax,
    type: 5,
    least: 0,
    broker: 'log.message.timestamp.difference.max.ms',
    in: before4,
  },
  { name: 'message.timestamp.type', value: 'CreateTime', type: 2, broker: 'log.message.timestamp.type' },
  {
    name: 'min.cleanable.dirty.ratio',
    value: '0.5',
    type: 6,
    least: 0,
    most: 1,
    broker: 'log.cleaner.min.cleanable.ratio',
  },
  { name: 'min.compaction.lag.ms', value: '0', type: 5, least: 0, broker: 'log.cleaner.min.compaction.lag.ms' },
  { name: 'min.insync.replicas', value: '1', type: 3, least: 1, broker: 'min.insync.replicas' },
  { name: 'preallocate', value: 'false', type: 1, broker: 'log.preallocate' },
  { name: 'remote.copy.lag.bytes', value: '-1', type: 5, broker: 'log.remote.copy.lag.bytes', in: since4 },
  { name: 'remote.copy.lag.ms', value: '0', type: 5, broker: 'log.remote.copy.lag.ms', in: since4 },
  { name: 'remote.log.copy.disable', value: 'false', type: 1 },
  { name: 'remote.log.delete.on.disable', value: 'false', type: 1 },
  { name: 'remote.storage.enable', value: 'false', type: 1 },
  { name: 'retention.bytes', value: '-1', type: 5, broker: 'log.retention.bytes' },
  { name: 'retention.ms', value: '604800000', type: 5, least: -1 },
  { name: 'segment.bytes', value: '1073741824', type: 3, least: 14, broker: 'log.segment.bytes' },
  { name: 'segment.index.bytes', value: '10485760', type: 3, least: 4, broker: 'log.index.size.max.bytes' },
  { name: 'segment.jitter.ms', value: '0', type: 5, least: 0 },
  { name: 'segment.ms', value: '604800000', type: 5, least: 1 },
  { name: 'unclean.leader.election.enable', value: 'false', type: 1, broker: 'unclean.leader.election.enable' },
]

const settingsOf = (release: Release): readonly Setting[] =>
  topicSettings.filter((setting) => setting.in === undefined || setting.in.includes(release))

/** What is wrong with this setting, in Kafka's words; undefined when nothing is. */
export function badSetting(release: Release, name: string, value: string): string | undefined {
  const setting = settingsOf(release).find((one) => one.name === name)
  if (setting === undefined) return `Unknown topic config name: ${name}`
  const bad = (why: string) => `Invalid value ${value} for configuration ${name}: ${why}`
  switch (setting.type) {
    case 1:
      return /^(true|false)$/i.test(value) ? undefined : bad('Expected value to be either true or false')
    case 3:
    case 5:
      if (!isWhole(value, setting.type === 3 ? 32 : 64))
        return bad(`Not a number of type ${setting.type === 3 ? 'INT' : 'LONG'}`)
      return outOfRange(setting, Number(value), bad)
    case 6:
      if (value.trim() === '' || !Number.isFinite(Number(value))) return bad('Not a number of type DOUBLE')
      return outOfRange(setting, Number(value), bad)
    default:
  }
  if (
    name === 'cleanup.policy' &&
    !/^(compact|delete|compact,delete|delete,compact)$/.test(value.replaceAll(' ', ''))
  ) {
    return bad('String must be one of: compact, delete')
  }
  if (name === 'message.timestamp.type' && value !== 'CreateTime' && value !== 'LogAppendTime') {
    return bad('String must be one of: CreateTime, LogAppendTime')
  }
  return undefined
}

/** What is wrong with settings that are right each by itself (LogConfig.validateValues). */
export function conflictOf(config: ReadonlyMap<string, string>): string | undefined {
  const [least, most] = [config.get('min.compaction.lag.ms') ?? '0', config.get('max.compaction.lag.ms') ?? longMax]
  if (BigInt(least) <= BigInt(most)) return undefined
  return `conflict topic config setting min.compaction.lag.ms (${BigInt(least)}) > max.compaction.lag.ms (${BigInt(most)})`
}

function isWhole(value: string, bits: 32 | 64): boolean {
  return /^[+-]?\d+$/.test(value.trim()) && BigInt.asIntN(bits, BigInt(value)) === BigInt(value)
}

function outOfRange({ least, most }: Setting, value: number, bad: (why: string) => string): string | undefined {
  if (least !== undefined && value < least) return bad(`Value must be at least ${least}`)
  return most !== undefined && value > most ? bad(`Value must be no more than ${most}`) : undefined
}

/** The topic's own value; undefined where it has the default. */
export function numberOf(topic: Topic, name: string): number | undefined {
  const value = topic.config.get(name)
  return value === undefined ? undefined : Number(value)
}

/** The topic's own value, or the default of the release; undefined where that is no limit. */
export function effectiveNumber({ imitate }: ClusterState, topic: Topic, name: string): number | undefined {
  const usual = settingsOf(imitate).find((setting) => setting.name === name)?.value
  return numberOf(topic, name) ?? (usual === undefined || usual === longMax ? undefined : Number(usual))
}

export function maxMessageBytes(state: ClusterState, topic: Topic): number {
  return numberOf(topic, 'max.message.bytes') ?? state.config.messageMaxBytes
}

export interface Effective extends Setting {
  /** Where its value comes from, and what it would be without that, and so on. */
  readonly synonyms: readonly { readonly name: string; readonly value: string; readonly source: 1 | 3 | 4 | 5 }[]
  readonly isReadOnly: boolean
  /** DescribeConfigsResponse.ConfigSource: 1 the topic's own, 3 the whole cluster's, 4 the broker's, 5 the default. */
  readonly source: 1 | 3 | 4 | 5
}

/** All settings of a topic with this configuration, in the order of their names. */
export function effectiveSettings(state: ClusterState, config: ReadonlyMap<string, string>): Effective[] {
  return settingsOf(state.imitate).map((setting): Effective => {
    const ofBroker = ofBrokers(state, setting)
    const inherited = setting.broker === undefined ? [] : synonymsOf(setting.broker, ofBroker, setting.value)
    // With eligible leader replicas (KIP-966) the cluster says it itself, so that no broker can say another thing.
    const ofCluster = state.imitate === '4.4' && setting.name === 'min.insync.replicas'
    if (ofCluster) inherited.unshift({ name: setting.name, value: setting.value, source: 3 })
    const own = config.get(setting.name)
    const isReadOnly = false
    if (own === undefined) {
      const source = inherited[0]?.source ?? 5
      return { ...setting, value: ofBroker, source, synonyms: inherited, isReadOnly }
    }
    const synonyms = [{ name: setting.name, value: own, source: 1 } as const, ...inherited]
    return { ...setting, value: own, source: 1, synonyms, isReadOnly }
  })
}

/** What a topic has that says nothing itself. */
function ofBrokers({ config }: ClusterState, { name, value }: Setting): string {
  if (name === 'max.message.bytes') return String(config.messageMaxBytes)
  if (name === 'min.insync.replicas') return String(config.minInSyncReplicas)
  if (name === 'unclean.leader.election.enable') return String(config.uncleanLeaderElection)
  return value
}

function synonymsOf(name: string, value: string, usual: string): Effective['synonyms'][number][] {
  const byDefault = { name, value: usual, source: 5 } as const
  return value === usual ? [byDefault] : [{ name, value, source: 4 }, byDefault]
}

/** The settings of a broker that the model obeys. What can be changed while it runs is not read-only. */
export function brokerSettings({ config, imitate }: ClusterState, id: number): Effective[] {
  const set = (
    name: string,
    set: string | number | boolean,
    type: Setting['type'],
    usual: unknown,
    isReadOnly = true,
  ): Effective => {
    const value = String(set)
    const synonyms = synonymsOf(name, value, String(usual)).filter((one) => one.source !== 5 || usual !== null)
    return { name, value, type, source: value === String(usual) ? 5 : 4, synonyms, isReadOnly }
  }
  return [
    set('auto.create.topics.enable', config.autoCreateTopics, 1, true),
    set('broker.id', id, 3, -1),
    set('fetch.max.bytes', config.fetchMaxBytes, 3, 57_671_680),
    set('message.max.bytes', config.messageMaxBytes, 3, 1_048_588, false),
    // Nobody's default since there is no other way to be numbered.
    set('node.id', id, 3, imitate === '4.4' ? null : -1),
    set('num.partitions', config.numPartitions, 3, 1),
    set('offsets.topic.num.partitions', config.offsetsTopicPartitions, 3, 50),
    set('producer.id.expiration.ms', config.producerIdExpirationMs, 3, 86_400_000, false),
  ]
}
