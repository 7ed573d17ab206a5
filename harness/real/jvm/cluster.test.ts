/** Apache Kafka itself, where there is Java and its jars are in the cache; elsewhere what is skipped says why. */
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { apis } from '../../wire/apis/index.ts'
import { WireClient } from '../wire-client.ts'
import { JvmCluster } from './cluster.ts'
import { whyNot } from './installed.ts'
import { kafkaReleases } from './jars.ts'
import { JvmNode } from './node.ts'

const clusters: JvmCluster[] = []
afterEach(() => Promise.all(clusters.splice(0).map((cluster) => cluster.stop())))

async function start(...options: Parameters<typeof JvmCluster.start>): Promise<JvmCluster> {
  const cluster = await JvmCluster.start(...options)
  clusters.push(cluster)
  return cluster
}

for (const release of kafkaReleases) {
  const why = await whyNot(release)
  describe.skipIf(why !== '')(`Apache Kafka ${release}${why === '' ? '' : `, skipped: ${why}`}`, () => {
    it('starts, answers, dies at once, and comes back with what it had', async () => {
      const cluster = await start({ release })
      const [address] = cluster.bootstrap
      const client = await WireClient.open(address!)
      const topics = [{ name: 'orders', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }]
      const made = await client.ask(apis.createTopics, 7, { topics })
      expect(made.topics).toMatchObject([{ name: 'orders', errorCode: 0 }])
      const [node] = cluster.nodes
      await node!.kill()
      expect(node!.isUp).toBe(false)
      await expect(client.ask(apis.metadata, 9, { topics: null })).rejects.toThrow(`${address} closed the connection`)
      await node!.start()
      const again = await WireClient.open(address!)
      const { topics: known } = await again.ask(apis.metadata, 9, { topics: null })
      expect(known.map(({ name }) => name)).toEqual(['orders'])
      again.close()
    })

    it('does not answer while it is paused', async () => {
      const cluster = await start({ release })
      const client = await WireClient.open(cluster.bootstrap[0]!)
      cluster.nodes[0]!.pause()
      expect(await client.send(apis.metadata, 9, { topics: [] }, 300)).toEqual({ is: 'silent' })
      cluster.nodes[0]!.resume()
      expect(await client.send(apis.metadata, 9, { topics: [] }, 30_000)).toMatchObject({ is: 'answer' })
      client.close()
    })

    it('that does not start says why, in its own words', async () => {
      const failed = await start({ release, overrides: { 'log.retention.ms': 'soon' } }).catch((error: Error) => error)
      expect(failed).toMatchObject({ name: 'ClusterError' })
      expect((failed as Error).message).toMatch(
        /^node 1 ended while it started \(code 1\); it said: .*log\.retention\.ms/,
      )
    })
  })
}

it('a port that somebody has is refused before anything starts', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const address = { id: 1, port, controllerPort: port, rack: null }
  const installed = { release: '3.9.2', java: { command: 'java', version: 17 }, jars: [], cache: '' } as const
  const node = new JvmNode({
    installed,
    ...{ template: '', nodes: [address], node: address, folder: '', overrides: {} },
  })
  await expect(node.start()).rejects.toThrow(`port ${port} is in use: stop what listens there, or choose another`)
  server.close()
})
