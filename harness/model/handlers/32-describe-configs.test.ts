import { describe, expect, it } from 'vitest'
import { ClusterStage } from '../testing/cluster-stage.ts'

const stage = new ClusterStage({
  brokers: 2,
  topics: [{ name: 'orders', partitions: 1, config: { 'retention.ms': '5' } }],
  config: { messageMaxBytes: 99 },
})

function ask(resourceType: number, resourceName: string, keys: string[] | null = null, version = 2) {
  const resources = [{ resourceType, resourceName, configurationKeys: keys }]
  const synonyms = version >= 1 ? { includeSynonyms: true } : {}
  return stage.connect(2).ask('describeConfigs', { resources, ...synonyms }, version).results[0]!
}

describe('DescribeConfigs', () => {
  it('tells a topic’s settings and where each comes from', () => {
    const { errorCode, configs } = ask(2, 'orders')
    expect(errorCode).toBe(0)
    const of = (name: string) => configs.find((config) => config.name === name)
    expect(of('retention.ms')).toMatchObject({ value: '5', configSource: 1, readOnly: false })
    expect(of('retention.ms')!.synonyms).toEqual([{ name: 'retention.ms', value: '5', source: 1 }])
    expect(of('max.message.bytes')).toMatchObject({ value: '99', configSource: 4 })
    expect(of('cleanup.policy')).toMatchObject({ value: 'delete', configSource: 5 })
  })

  it('or only those that are asked for', () => {
    expect(ask(2, 'orders', ['retention.ms', 'none.such']).configs.map(({ name }) => name)).toEqual(['retention.ms'])
    expect(ask(2, 'orders', ['cleanup.policy'], 0).configs[0]!.isDefault).toBe(false)
    expect(ask(2, 'orders', ['retention.ms'], 4).configs[0]!.configType).toBe(5)
  })

  it('tells a broker’s own settings', () => {
    expect(ask(4, '2', ['message.max.bytes']).configs[0]).toMatchObject({
      value: '99',
      // It can be changed while the broker runs.
      readOnly: false,
      configSource: 4,
    })
    expect(ask(4, '').configs).toEqual([])
    expect(ask(4, '1').errorCode).toBe(42)
  })

  it('and nothing of what is not there', () => {
    expect(ask(2, 'nowhere').errorCode).toBe(3)
    expect(ask(2, 'no where').errorCode).toBe(17)
    expect(ask(16, 'x').errorCode).toBe(42)
  })
})

describe('DescribeCluster', () => {
  it('tells the brokers that are up', () => {
    const { state } = stage
    const body = { includeClusterAuthorizedOperations: true }
    expect(stage.connect(2).ask('describeCluster', body, 1)).toMatchObject({
      errorCode: 0,
      clusterId: state.clusterId,
      controllerId: 1,
      brokers: [{ brokerId: 1, host: 'broker-1', port: 9092 }, { brokerId: 2 }],
      clusterAuthorizedOperations: 8096,
    })
    const asked = { includeClusterAuthorizedOperations: false }
    expect(stage.connect(2).ask('describeCluster', { ...asked, endpointType: 2 }, 1).errorCode).toBe(114)
    expect(stage.connect(2).ask('describeCluster', { ...asked, endpointType: 9 }, 1).errorCode).toBe(115)
  })
})
