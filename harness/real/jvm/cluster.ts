/** Apache Kafka from Maven's jars, one to three nodes on this machine. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClusterError } from '../../cluster.ts'
import { apis } from '../../wire/apis/index.ts'
import { freePorts } from '../ports.ts'
import { WireClient } from '../wire-client.ts'
import { type Installed, install } from './installed.ts'
import type { KafkaRelease } from './jars.ts'
import { JvmNode } from './node.ts'
import { HOST, type NodeAddress } from './settings.ts'
import { newUuid, templateOf } from './storage.ts'

export interface JvmOptions {
  readonly release: KafkaRelease
  readonly nodes?: number
  /** Settings of Kafka that differ from jvm/settings.ts. */
  readonly overrides?: Readonly<Record<string, string>>
}

export class JvmCluster {
  readonly clusterId: string
  readonly nodes: readonly JvmNode[]
  private readonly folder: string

  private constructor(clusterId: string, nodes: readonly JvmNode[], folder: string) {
    this.clusterId = clusterId
    this.nodes = nodes
    this.folder = folder
  }

  /** Starts it. Whatever goes wrong, nothing is left running. */
  static async start({ release, nodes: count = 1, overrides = {} }: JvmOptions): Promise<JvmCluster> {
    const installed: Installed = await install(release)
    const template = await templateOf(installed)
    const ports = await freePorts(2 * count, HOST)
    const addresses = Array.from({ length: count }, (_, nth): NodeAddress => {
      return { id: nth + 1, port: ports[2 * nth]!, controllerPort: ports[2 * nth + 1]!, rack: null }
    })
    const folder = await mkdtemp(join(tmpdir(), 'ackward-kafka-'))
    const clusterId = newUuid()
    const nodes = addresses.map(
      (node) =>
        new JvmNode({
          installed,
          template,
          clusterId,
          nodes: addresses,
          node,
          folder: join(folder, `node-${node.id}`),
          overrides,
        }),
    )
    const cluster = new JvmCluster(clusterId, nodes, folder)
    try {
      await Promise.all(nodes.map((node) => node.start()))
      await Promise.all(nodes.map((node) => cluster.refuseStranger(node)))
    } catch (error) {
      await cluster.stop()
      throw error
    }
    return cluster
  }

  /** `host:port` of every broker. */
  get bootstrap(): readonly string[] {
    return this.nodes.map(({ address }) => `${HOST}:${address.port}`)
  }

  /** SIGKILL: a test cluster has nothing to lose. Its folder goes with it. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()))
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Somebody else's server may listen where ours was to. */
  private async refuseStranger({ address }: JvmNode): Promise<void> {
    const client = await WireClient.open(`${HOST}:${address.port}`)
    try {
      const { clusterId } = await client.ask(apis.metadata, 9, { topics: [] })
      if (clusterId !== this.clusterId)
        throw new ClusterError(`port ${address.port} answers as cluster ${clusterId}, and not as ${this.clusterId}`)
    } finally {
      client.close()
    }
  }
}
