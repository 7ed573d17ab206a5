/** Apache Kafka from Maven's jars, one to three nodes on this machine. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Capabilities,
  type Cluster,
  ClusterError,
  type Description,
  type HarnessRecord,
  type ResetTo,
  type TopicSpec,
} from '../../cluster.ts'
import type { CoordinatorRole } from '../../plan/plan.ts'
import { Brokers } from '../brokers.ts'
import { Describer } from '../describe.ts'
import { Operator } from '../operator.ts'
import { freePorts } from '../ports.ts'
import { install } from './installed.ts'
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

/** What a cluster of processes on one machine can do; faults of single requests take a wiretap in front of it. */
const CAPABILITIES: Capabilities = {
  deterministic: false,
  killBroker: true,
  pauseBroker: true,
  wipeBroker: true,
  moveLeader: true,
  moveCoordinator: true,
  recreateTopic: true,
  deleteRecords: true,
  resetOffsets: true,
  crashMachine: false,
  partitionBrokers: false,
  electUnclean: false,
  fillDisk: false,
  holdMetadata: false,
  loseController: false,
  slowCoordinator: false,
  slowMarkers: false,
  resetCluster: true,
  requestFaults: false,
  seesStorage: false,
  maxBrokers: 3,
}

export class JvmCluster implements Cluster {
  readonly capabilities = CAPABILITIES
  readonly nodes: readonly JvmNode[]
  private readonly folder: string
  private readonly brokers: Brokers
  private readonly operator: Operator

  private constructor(nodes: readonly JvmNode[], folder: string) {
    this.nodes = nodes
    this.folder = folder
    this.brokers = new Brokers(this.bootstrap)
    this.operator = new Operator(this.brokers)
  }

  /** Not started yet. Rejects with a ClusterError that says what is missing and what to do. */
  static async prepare({ release, nodes: count = 1, overrides = {} }: JvmOptions): Promise<JvmCluster> {
    const installed = await install(release)
    const template = await templateOf(installed)
    const ports = await freePorts(2 * count, HOST)
    const addresses = Array.from({ length: count }, (_, nth): NodeAddress => {
      return { id: nth + 1, port: ports[2 * nth]!, controllerPort: ports[2 * nth + 1]!, rack: null }
    })
    const folder = await mkdtemp(join(tmpdir(), 'ackward-kafka-'))
    const parts = { installed, template, nodes: addresses, overrides }
    const nodes = addresses.map((node) => new JvmNode({ ...parts, node, folder: join(folder, `node-${node.id}`) }))
    return new JvmCluster(nodes, folder)
  }

  /** Prepared and started, with these topics. */
  static async start(options: JvmOptions, topics: readonly TopicSpec[] = []): Promise<JvmCluster> {
    const cluster = await JvmCluster.prepare(options)
    await cluster.start(topics)
    return cluster
  }

  /** `host:port` of every broker. */
  get bootstrap(): readonly string[] {
    return this.nodes.map(({ address }) => `${HOST}:${address.port}`)
  }

  /** Whatever goes wrong, nothing is left running. */
  async start(topics: readonly TopicSpec[]): Promise<void> {
    try {
      await this.startAll(newUuid())
      await this.operator.createTopics(topics, this.nodes.length)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** SIGKILL: a test cluster has nothing to lose. Its folder goes with it. */
  async stop(): Promise<void> {
    this.brokers.close()
    await Promise.all(this.nodes.map((node) => node.kill()))
    await rm(this.folder, { recursive: true, force: true })
  }

  async kill(broker: number): Promise<void> {
    await this.node(broker).kill()
  }

  async restart(broker: number): Promise<void> {
    const node = this.node(broker)
    await node.kill()
    await node.start()
  }

  pause(broker: number): Promise<void> {
    this.node(broker).pause()
    return Promise.resolve()
  }

  resume(broker: number): Promise<void> {
    this.node(broker).resume()
    return Promise.resolve()
  }

  async wipe(broker: number): Promise<void> {
    await this.node(broker).wipe()
  }

  moveLeader(topic: string, partition: number, to: number): Promise<void> {
    return this.operator.moveLeader(topic, partition, to)
  }

  orderCopies(topic: string, partition: number, brokers: readonly number[]): Promise<void> {
    return this.operator.orderCopies(topic, partition, brokers)
  }

  moveCoordinator(of: CoordinatorRole, to: number): Promise<void> {
    return this.operator.moveCoordinator(of, to)
  }

  recreateTopic(topic: string): Promise<void> {
    return this.operator.recreateTopic(topic)
  }

  /** Another cluster id and empty volumes; the same topics, as far as they are not Kafka's own. */
  async resetCluster(): Promise<void> {
    const topics = await this.operator.topics()
    await Promise.all(this.nodes.map((node) => node.kill()))
    await Promise.all(this.nodes.map((node) => node.wipe()))
    await this.startAll(newUuid())
    await this.operator.createTopics(topics, this.nodes.length)
  }

  deleteRecords(topic: string, partition: number, before: bigint): Promise<void> {
    return this.operator.deleteRecords(topic, partition, before)
  }

  resetOffsets(group: string, topic: string, to: ResetTo): Promise<void> {
    return this.operator.resetOffsets(group, topic, to)
  }

  write(record: HarnessRecord): Promise<bigint> {
    return this.operator.write(record)
  }

  /** A broker that is down is not listed by the others. */
  async describe(): Promise<Description> {
    const description = await new Describer(this.brokers, this.operator).describe()
    const brokers = this.nodes.map(({ address: { id, port }, isUp }) => ({ id, host: HOST, port, up: isUp }))
    return { ...description, brokers }
  }

  private node(broker: number): JvmNode {
    const node = this.nodes.find(({ address }) => address.id === broker)
    if (node === undefined) throw new ClusterError(`there is no broker ${broker}, only 1 to ${this.nodes.length}`)
    return node
  }

  private async startAll(clusterId: string): Promise<void> {
    for (const node of this.nodes) node.clusterId = clusterId
    await Promise.all(this.nodes.map((node) => node.start()))
    // Somebody else's server may listen where ours was to.
    for (const address of this.bootstrap) {
      const told = await this.operator.clusterIdAt(address)
      if (told !== clusterId) throw new ClusterError(`${address} answers as cluster ${told}, and not as ${clusterId}`)
    }
  }
}
