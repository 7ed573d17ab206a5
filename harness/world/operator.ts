/**
 * The simulated cluster behind `Cluster`, the interface that real ones stand behind too: the same verbs, the same refusals. Inside a run
 * the world calls `SimulatedCluster` itself, as an operator's verb takes effect at once there.
 */
import {
  type Capabilities,
  type Cluster,
  ClusterError,
  type Description,
  type HarnessRecord,
  type ResetTo,
} from '../cluster.ts'
import type { Verb } from '../model/types.ts'
import type { CoordinatorRole } from '../plan/plan.ts'
import { encodeBatch } from '../wire/records.ts'
import { MODEL_CAPABILITIES } from './capabilities.ts'
import { coordinated } from './roles.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'

export class ModelOperator implements Cluster {
  readonly capabilities: Capabilities = MODEL_CAPABILITIES
  private readonly cluster: SimulatedCluster
  private readonly wallMs: () => number

  /** `wallMs` dates what is written: milliseconds since 1970. */
  constructor(cluster: SimulatedCluster, wallMs: () => number) {
    this.cluster = cluster
    this.wallMs = wallMs
  }

  get bootstrap(): readonly string[] {
    return this.cluster.addresses
  }

  async start(topics: Parameters<Cluster['start']>[0]): Promise<void> {
    for (const { name, partitions, config } of topics) {
      this.order({ do: 'create-topic', topic: name, partitions, ...(config === undefined ? {} : { config }) })
    }
  }

  async stop(): Promise<void> {
    for (const { id } of this.cluster.describe().brokers)
      if (this.cluster.isUp(id)) this.order({ do: 'broker-down', broker: id })
  }

  async kill(broker: number): Promise<void> {
    this.order({ do: 'broker-down', broker: this.known(broker) })
  }

  async restart(broker: number): Promise<void> {
    this.order({ do: 'broker-up', broker: this.known(broker) })
  }

  pause(): Promise<void> {
    return refused('pauseBroker', 'a broker cannot be paused')
  }

  resume(): Promise<void> {
    return refused('pauseBroker', 'a broker cannot be paused, and none is to be resumed')
  }

  async wipe(broker: number): Promise<void> {
    this.order({ do: 'wipe-broker', broker: this.known(broker), keeps: 'nothing' })
  }

  async moveLeader(topic: string, partition: number, to: number): Promise<void> {
    this.order({ do: 'move-leader', topic, partition, to: this.known(to) })
  }

  async moveCoordinator(of: CoordinatorRole, to: number): Promise<void> {
    this.order({ do: 'move-coordinator', ...coordinated(of), to: this.known(to) })
  }

  async recreateTopic(topic: string): Promise<void> {
    this.order({ do: 'recreate-topic', topic })
  }

  async resetCluster(): Promise<void> {
    this.order({ do: 'reset-cluster' })
  }

  async deleteRecords(topic: string, partition: number, before: bigint): Promise<void> {
    this.order({ do: 'delete-records', topic, partition, before })
  }

  async resetOffsets(group: string, topic: string, to: ResetTo): Promise<void> {
    this.order({ do: 'reset-offsets', group, topic, to })
  }

  async write({ topic, partition, key, value, headers }: HarnessRecord): Promise<bigint> {
    const bytes = encodeBatch({
      records: [{ key, value, headers: headers.map(([name, bytes]) => [name, bytes]) }],
      baseTimestamp: BigInt(this.wallMs()),
    })
    return this.order({ do: 'append', topic, partition, bytes }) ?? 0n
  }

  async describe(): Promise<Description> {
    return this.cluster.describe()
  }

  private order(verb: Verb): bigint | undefined {
    const { error, baseOffset } = this.cluster.order(verb)
    if (error !== undefined) throw new ClusterError(`${told(verb)}: the cluster answers ${error}`)
    return baseOffset
  }

  private known(broker: number): number {
    const ids = this.cluster.describe().brokers.map(({ id }) => id)
    if (ids.includes(broker)) return broker
    throw new ClusterError(`there is no broker ${broker}; this cluster has ${ids.join(', ')}`)
  }
}

/** `move-leader orders 0 2` */
function told({ do: verb, ...args }: Verb): string {
  const words = Object.values(args).filter((value) => typeof value !== 'object')
  return [verb, ...words].join(' ')
}

function refused(capability: keyof Capabilities, says: string): Promise<never> {
  return Promise.reject(new ClusterError(`${says}: this cluster does not have the capability ${capability}`))
}
