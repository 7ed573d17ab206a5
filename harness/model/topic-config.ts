/**
 * Topic settings: which there are (for CreateTopics and DescribeConfigs), their defaults in 3.9 (LogConfig), and which of them the model
 * obeys: cleanup.policy (that a compacted topic wants keys), max.message.bytes, message.timestamp.*. The others are kept and shown.
 */
import type { ClusterState, Topic } from './state.ts'

export interface Setting {
  readonly name: string
  readonly value: string
  /** ConfigDef.Type as DescribeConfigs numbers it: 1 boolean, 2 string, 3 int, 5 long, 6 double, 7 list. */
  readonly type: 1 | 2 | 3 | 5 | 6 | 7
}

const longMax = '9223372036854775807'

export const topicSettings: readonly Setting[] = [
  { name: 'cleanup.policy', value: 'delete', type: 7 },
  { name: 'compression.gzip.level', value: '-1', type: 3 },
  { name: 'compression.lz4.level', value: '9', type: 3 },
  { name: 'compression.type', value: 'producer', type: 2 },
  { name: 'compression.zstd.level', value: '3', type: 3 },
  { name: 'delete.retention.ms', value: '86400000', type: 5 },
  { name: 'file.delete.delay.ms', value: '60000', type: 5 },
  { name: 'flush.messages', value: longMax, type: 5 },
  { name: 'flush.ms', value: longMax, type: 5 },
  { name: 'follower.replication.throttled.replicas', value: '', type: 7 },
  { name: 'index.interval.bytes', value: '4096', type: 3 },
  { name: 'leader.replication.throttled.replicas', value: '', type: 7 },
  { name: 'local.retention.bytes', value: '-2', type: 5 },
  { name: 'local.retention.ms', value: '-2', type: 5 },
  { name: 'max.compaction.lag.ms', value: longMax, type: 5 },
  { name: 'max.message.bytes', value: '1048588', type: 3 },
  { name: 'message.downconversion.enable', value: 'true', type: 1 },
  { name: 'message.format.version', value: '3.0-IV1', type: 2 },
  { name: 'message.timestamp.after.max.ms', value: longMax, type: 5 },
  { name: 'message.timestamp.before.max.ms', value: longMax, type: 5 },
  { name: 'message.timestamp.difference.max.ms', value: longMax, type: 5 },
  { name: 'message.timestamp.type', value: 'CreateTime', type: 2 },
  { name: 'min.cleanable.dirty.ratio', value: '0.5', type: 6 },
  { name: 'min.compaction.lag.ms', value: '0', type: 5 },
  { name: 'min.insync.replicas', value: '1', type: 3 },
  { name: 'preallocate', value: 'false', type: 1 },
  { name: 'remote.log.copy.disable', value: 'false', type: 1 },
  { name: 'remote.log.delete.on.disable', value: 'false', type: 1 },
  { name: 'remote.storage.enable', value: 'false', type: 1 },
  { name: 'retention.bytes', value: '-1', type: 5 },
  { name: 'retention.ms', value: '604800000', type: 5 },
  { name: 'segment.bytes', value: '1073741824', type: 3 },
  { name: 'segment.index.bytes', value: '10485760', type: 3 },
  { name: 'segment.jitter.ms', value: '0', type: 5 },
  { name: 'segment.ms', value: '604800000', type: 5 },
  { name: 'unclean.leader.election.enable', value: 'false', type: 1 },
]

const byName = new Map(topicSettings.map((setting) => [setting.name, setting]))

/** What is wrong with this setting, in Kafka's words; undefined when nothing is. */
export function badSetting(name: string, value: string): string | undefined {
  const setting = byName.get(name)
  if (setting === undefined) return `Unknown topic config name: ${name}`
  const bad = (why: string) => `Invalid value ${value} for configuration ${name}: ${why}`
  switch (setting.type) {
    case 1:
      return /^(true|false)$/i.test(value) ? undefined : bad('Expected value to be either true or false')
    case 3:
    case 5:
      return /^[+-]?\d+$/.test(value) ? undefined : bad(`Not a number of type ${setting.type === 3 ? 'INT' : 'LONG'}`)
    case 6:
      return value.trim() !== '' && Number.isFinite(Number(value)) ? undefined : bad('Not a number of type DOUBLE')
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

/** The topic's own value; undefined where it has the default. */
export function numberOf(topic: Topic, name: string): number | undefined {
  const value = topic.config.get(name)
  return value === undefined ? undefined : Number(value)
}

export function maxMessageBytes(state: ClusterState, topic: Topic): number {
  return numberOf(topic, 'max.message.bytes') ?? state.config.messageMaxBytes
}

export interface Effective extends Setting {
  /** DescribeConfigsResponse.ConfigSource: 1 the topic's own, 4 the broker's, 5 the default. */
  readonly source: 1 | 4 | 5
}

/** All settings of a topic with this configuration, in the order of their names. */
export function effectiveSettings(state: ClusterState, config: ReadonlyMap<string, string>): Effective[] {
  return topicSettings.map((setting): Effective => {
    const own = config.get(setting.name)
    if (own !== undefined) return { ...setting, value: own, source: 1 }
    const ofBroker = setting.name === 'max.message.bytes' ? String(state.config.messageMaxBytes) : setting.value
    return { ...setting, value: ofBroker, source: ofBroker === setting.value ? 5 : 4 }
  })
}

/** The settings of a broker that the model obeys. */
export function brokerSettings({ config }: ClusterState, id: number): Effective[] {
  const set = (name: string, value: string | number | boolean, type: Setting['type'], usual: unknown): Effective => ({
    name,
    value: String(value),
    type,
    source: value === usual ? 5 : 4,
  })
  return [
    set('auto.create.topics.enable', config.autoCreateTopics, 1, true),
    set('broker.id', id, 3, undefined),
    set('fetch.max.bytes', config.fetchMaxBytes, 3, 57_671_680),
    set('message.max.bytes', config.messageMaxBytes, 3, 1_048_588),
    set('node.id', id, 3, undefined),
    set('num.partitions', config.numPartitions, 3, 1),
    set('offsets.topic.num.partitions', config.offsetsTopicPartitions, 3, 50),
    set('producer.id.expiration.ms', config.producerIdExpirationMs, 3, 86_400_000),
  ]
}
