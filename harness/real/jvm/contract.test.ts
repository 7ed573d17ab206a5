/** Three nodes of Apache Kafka as a cluster like any other. */
import { describe, expect, it, vi } from 'vitest'
import { apis } from '../../wire/apis/index.ts'
import { clusterContract } from '../../world/testing/cluster-contract.ts'
import { WireClient } from '../wire-client.ts'
import { JvmCluster } from './cluster.ts'
import { whyNot } from './installed.ts'

vi.setConfig({ testTimeout: 120_000 })

const release = '3.9.2'
const why = await whyNot(release)

describe.skipIf(why !== '')(`Apache Kafka ${release} on three nodes${why === '' ? '' : `, skipped: ${why}`}`, () => {
  clusterContract({ make: () => JvmCluster.prepare({ release, nodes: 3 }), copies: 'all' })

  it('has an empty log under the same id where the only copy was wiped, and no leader where its volume was replaced', async () => {
    const cluster = await JvmCluster.start({ release, nodes: 3 })
    try {
      const client = await WireClient.open(cluster.bootstrap[0]!)
      const assignments = [{ partitionIndex: 0, brokerIds: [2] }]
      const topics = [{ name: 'lone', numPartitions: -1, replicationFactor: -1, assignments, configs: [] }]
      expect((await client.ask(apis.createTopics, 7, { topics })).topics).toMatchObject([{ errorCode: 0 }])
      const write = () =>
        cluster.write({ topic: 'lone', partition: 0, key: null, value: Buffer.from('m'), headers: [] })
      const lone = async () => (await cluster.describe()).partitions.find(({ topic }) => topic === 'lone')!
      expect([await write(), await write()]).toEqual([0n, 1n])
      const before = await lone()
      await cluster.kill(2)
      await cluster.wipe(2)
      await cluster.restart(2)
      // Offsets begin at 0 again, in a higher leader epoch: nobody says that anything is gone.
      expect(await write()).toBe(0n)
      const after = await lone()
      expect(after).toMatchObject({ topicId: before.topicId, leader: 2, logStart: '0', logEnd: '1' })
      expect(after.leaderEpoch).toBeGreaterThan(before.leaderEpoch)

      // The controller looks for the directory that had it (KIP-858), until somebody has an unclean leader elected.
      await cluster.kill(2)
      await cluster.nodes[1]!.replaceVolume()
      await cluster.restart(2)
      await expect.poll(async () => (await cluster.describe()).brokers.length).toBe(3)
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      expect((await lone()).leader).toBeNull()
      const topicPartitions = [{ topic: 'lone', partitions: [0] }]
      const elected = await client.ask(apis.electLeaders, 2, { electionType: 1, topicPartitions, timeoutMs: 10_000 })
      expect(elected.replicaElectionResults[0]?.partitionResult).toMatchObject([{ partitionId: 0, errorCode: 0 }])
      expect(await write()).toBe(0n)
      client.close()
    } finally {
      await cluster.stop()
    }
  })
})
