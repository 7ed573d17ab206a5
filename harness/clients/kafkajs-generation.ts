/**
 * kafkajs tells its application which partitions it owns (GROUP_JOIN) but not in which generation, and without that nobody can say who
 * owned a partition when. Its own plug-in point leads there: an assigner, which any application may supply, is handed the consumer's
 * cluster, the cluster finds the coordinator, and the coordinator is asked to SyncGroup *with* the generation. Those arguments are read
 * on their way; nothing is changed, and nothing waits.
 */
import type { ConsumerConfig, PartitionAssigner } from 'kafkajs'

export interface GenerationWatch {
  /** What to hand to kafkajs in place of the application's configuration. */
  readonly config: ConsumerConfig
  /** The generation that this member synced last; -1 when it never did. */
  of(member: string): number
}

interface SyncGroup {
  readonly generationId: number
  readonly memberId: string
}
interface Coordinator {
  syncGroup(request: SyncGroup): Promise<unknown>
}

export function learnGeneration(config: ConsumerConfig, fallback: PartitionAssigner): GenerationWatch {
  let last = { member: '', generation: -1 }
  const of = (member: string) => (last.member === member ? last.generation : -1)

  // `fallback` is kafkajs' default, spelled out. What kafkajs cannot use either, it shall refuse in its own words.
  const assigners: readonly PartitionAssigner[] =
    config?.partitionAssigners === undefined ? [fallback] : config.partitionAssigners
  const first = Array.isArray(assigners) ? assigners[0] : undefined
  if (typeof config !== 'object' || config === null || typeof first !== 'function') return { config, of }

  const known = new WeakSet<Coordinator>()
  const watchCoordinator = (coordinator: Coordinator) => {
    if (known.has(coordinator)) return
    known.add(coordinator)
    const { syncGroup } = coordinator
    coordinator.syncGroup = function (request) {
      last = { member: request.memberId, generation: request.generationId }
      return syncGroup.call(this, request)
    }
  }

  const watching: PartitionAssigner = (given) => {
    const { cluster } = given
    const find = cluster.findGroupCoordinator
    cluster.findGroupCoordinator = function (...args) {
      const found = find.apply(this, args)
      // kafkajs awaits `found` itself, so a rejection is handled there.
      found.then(
        (coordinator) => watchCoordinator(coordinator as unknown as Coordinator),
        () => {},
      )
      return found
    }
    return first(given)
  }
  return { config: inherit(config, { partitionAssigners: [watching, ...assigners.slice(1)] }), of }
}

/** The same object with some values replaced: getters, inherited values and frozen ones still come from the application's own. */
export function inherit<T extends object>(original: T, replaced: Partial<T>): T {
  const descriptors = Object.entries(replaced).map(([name, value]) => [name, { value, enumerable: true }])
  return Object.create(original, Object.fromEntries(descriptors))
}
