/** The levers that faults pull, on the parts of the world that they move. What ends by itself is handed to `repairs`. */

import { foremost } from '../model/replication/replica.ts'
import type { Direction } from '../net/connection.ts'
import type { CoordinatorRole, OffsetResetTo, Role } from '../plan/plan.ts'
import type { Clock } from '../sim/clock.ts'
import type { Proc } from '../sim/process.ts'
import type { ErrorName } from '../wire/error-codes.ts'
import { OffsetReset } from './offset-reset.ts'
import type { Repairs } from './repairs.ts'
import type { Fate, Pending } from './requests.ts'
import { coordinated } from './roles.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'
import type { Standing } from './standing.ts'
import type { Supervisor } from './supervisor.ts'
import type { Traffic } from './traffic.ts'

export interface Levers {
  kill(process: string, why: string): boolean
  pause(process: string, ms: number, until?: 'successor'): boolean
  stop(process: string, graceMs: number): boolean
  startSecond(process: string, afterMs: number): boolean
  /** The connection ends before these bytes leave. */
  loseRequest(pending: Pending, how: 'fin' | 'rst'): void
  /** What becomes of the answer; told later, when it is due. */
  decide(pending: Pending, fate: Fate): void
  /** It is answered with an error and not carried out. */
  refuse(pending: Pending, error: ErrorName): void
  slowLink(process: string, latencyMs: number, ms: number): void
  hole(process: string, broker: number | null, way: 'both' | Direction, ms: number): void
  brokerOf(role: Role): number | null
  /** Another broker that can have this role; null when there is none. */
  otherBroker(than: number, role: Role): number | null
  moveLeader(role: Role, to: number): string | undefined
  restartBroker(broker: number, downMs: number): boolean
  wipeBroker(broker: number, downMs: number, keeps: 'nothing' | 'offsets'): boolean
  crashMachine(broker: number, downMs: number, lostMs: number): boolean
  /** From and to all other brokers. */
  partitionBroker(broker: number, way: 'both' | 'out' | 'in', ms: number): void
  /** Answers who leads then, or why nobody does. */
  electUnclean(topic: string, partition: number, behind: number, downMs: number): number | string
  fillDisk(broker: number, ms: number): string | undefined
  holdMetadata(broker: number, ms: number): void
  /** Of one broker, or all (null). */
  hideMetadata(broker: number | null, lacks: 'leaders' | 'brokers', ms: number): void
  loseController(ms: number): boolean
  /** The coordinator moves, and loads for so long. */
  loadCoordinator(of: CoordinatorRole, to: number, ms: number): string | undefined
  slowMarkers(broker: number, delayMs: number, ms: number): void
  resetCluster(): void
  recreateTopic(topic: string, goneMs: number): string | undefined
  /** Answers where the log begins then, or why not. */
  deleteAllBut(topic: string, partition: number, keep: number): bigint | string
  /** Told later, when it was done or could not be. */
  resetOffsets(index: number, group: string, topic: string, to: OffsetResetTo): void
}

/** The parts of the world. */
export interface Parts {
  readonly clock: Clock<Proc>
  readonly supervisor: Supervisor
  readonly traffic: Traffic
  readonly cluster: SimulatedCluster
  readonly standing: Standing
  readonly repairs: Repairs
  settle(fault: number, struck: boolean, detail: string): void
}

export function leversOf(parts: Parts): Levers {
  const { supervisor, traffic, cluster, repairs } = parts
  const down = (broker: number, downMs: number, meanwhile: () => void, lostMs = 0): boolean => {
    if (!cluster.isUp(broker)) return false
    cluster.order({ do: 'broker-down', broker, ...(lostMs > 0 && { lostMs }) })
    meanwhile()
    repairs.later(downMs, () => cluster.order({ do: 'broker-up', broker }))
    return true
  }
  return {
    kill: (process, why) => supervisor.kill(process, why),
    pause: (process, ms, until) => supervisor.pause(process, ms, until),
    stop: (process, graceMs) => supervisor.stop(process, graceMs),
    startSecond: (process, afterMs) => supervisor.startSecond(process, afterMs),
    loseRequest: (pending, how) => traffic.lose(pending, how),
    decide: (pending, fate) => void pending.fates.push(fate),
    refuse: ({ connection, correlationId }, error) => cluster.refuse(connection, correlationId, error),
    slowLink: (process, latencyMs, ms) => repairs.later(ms, traffic.slow(process, latencyMs)),
    hole: (process, broker, way, ms) => repairs.later(ms, traffic.hole(process, broker, way, ms)),
    brokerOf: (role) => cluster.brokerOf(role),
    otherBroker: (than, role) => cluster.otherBroker(than, role),
    moveLeader: (role, to) => cluster.moveLeader(role, to),
    restartBroker: (broker, downMs) => down(broker, downMs, () => {}),
    wipeBroker: (broker, downMs, keeps) =>
      down(broker, downMs, () => cluster.order({ do: 'wipe-broker', broker, keeps })),
    crashMachine: (broker, downMs, lostMs) => down(broker, downMs, () => {}, lostMs),
    partitionBroker(broker, way, ms) {
      for (const other of cluster.brokers) {
        if (other === broker) continue
        const links = [
          ...(way === 'in' ? [] : [{ from: broker, to: other }]),
          ...(way === 'out' ? [] : [{ from: other, to: broker }]),
        ]
        for (const link of links) cluster.order({ do: 'cut-link', ...link })
        repairs.later(ms, () => {
          for (const link of links) cluster.order({ do: 'mend-link', ...link })
        })
      }
    },
    electUnclean(topic, partition, behind, downMs) {
      const of = cluster.state.topics.get(topic)?.partitions[partition]
      const leader = of?.leader ?? null
      if (of === undefined || leader === null) return 'nobody led it'
      const next = of.replicas.find(({ broker }) => broker !== leader && cluster.isUp(broker))
      if (next === undefined) return 'no other copy was there'
      const { error: lagging } = cluster.order({ do: 'lag-copy', topic, partition, broker: next.broker, behind })
      if (lagging !== undefined) return lagging
      // Before it could catch up, all the others are gone.
      for (const broker of of.isr.filter((id) => id !== leader)) down(broker, downMs, () => {})
      down(leader, downMs, () => {})
      const { error } = cluster.order({ do: 'elect-unclean', topic, partition })
      return error ?? next.broker
    },
    fillDisk(broker, ms) {
      const { error } = cluster.order({ do: 'disk-full', broker })
      if (error === undefined) repairs.later(ms, () => cluster.order({ do: 'disk-freed', broker }))
      return error
    },
    holdMetadata(broker, ms) {
      cluster.order({ do: 'hold-metadata', broker, held: true })
      repairs.later(ms, () => cluster.order({ do: 'hold-metadata', broker, held: false }))
    },
    hideMetadata(broker, lacks, ms) {
      for (const id of broker === null ? cluster.brokers : [broker]) {
        cluster.order({ do: 'hide-metadata', broker: id, lacks })
        repairs.later(ms, () => cluster.order({ do: 'hide-metadata', broker: id, lacks: 'nothing' }))
      }
    },
    loseController(ms) {
      if (cluster.state.absence !== null) return false
      cluster.order({ do: 'controller-down' })
      repairs.later(ms, () => cluster.order({ do: 'controller-up' }))
      return true
    },
    loadCoordinator(of, to, ms) {
      cluster.order({ do: 'slow-loading', loadMs: ms })
      const { error } = cluster.order({ do: 'move-coordinator', ...coordinated(of), to })
      cluster.order({ do: 'slow-loading', loadMs: null })
      return error
    },
    slowMarkers(coordinator, delayMs, ms) {
      cluster.order({ do: 'slow-markers', coordinator, delayMs })
      repairs.later(ms, () => cluster.order({ do: 'slow-markers', coordinator, delayMs: null }))
    },
    resetCluster: () => void cluster.order({ do: 'reset-cluster' }),
    recreateTopic(topic, goneMs) {
      if (goneMs === 0) return cluster.order({ do: 'recreate-topic', topic }).error
      const again = cluster.specOf(topic)
      const { error } = cluster.order({ do: 'delete-topic', topic })
      const create = (): void => {
        // While the controller is gone nobody creates anything.
        if (cluster.order({ do: 'create-topic', ...again }).error === 'REQUEST_TIMED_OUT') repairs.later(100, create)
      }
      if (error === undefined) repairs.later(goneMs, create)
      return error
    },
    deleteAllBut(topic, partition, keep) {
      const of = cluster.state.topics.get(topic)?.partitions[partition]
      if (of === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
      const { log } = foremost(of)
      const before = log.highWatermark - BigInt(keep)
      if (before <= log.startOffset) return 'there is nothing to delete'
      return cluster.order({ do: 'delete-records', topic, partition, before }).error ?? before
    },
    resetOffsets(index, group, topic, to) {
      new OffsetReset(parts, { group, topic, to }, (struck, detail) => parts.settle(index, struck, detail)).begin()
    },
  }
}
