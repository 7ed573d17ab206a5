/**
 * What a broker knows of the cluster stands still, or its metadata answers lack something, as those of a broker do that has just started
 * or cannot reach the controller (KRaftMetadataCache: a leader whose broker is not in the image is LEADER_NOT_AVAILABLE, leader -1).
 *
 * A leader that does not know yet that it leads no more goes on taking writes, which are lost when it learns of it. NOT modelled: that of a
 * lone copy, which moves at once and takes its log along: it refuses them.
 */
import type { ErrorName } from '../wire/error-codes.ts'
import type { BrokerState } from './broker.ts'
import { learnAll } from './controller.ts'
import type { Context, MetadataLack } from './types.ts'

export function holdMetadata(ctx: Context, id: number, held: boolean): ErrorName | undefined {
  const broker = ctx.state.brokers.get(id)
  if (broker === undefined) return 'BROKER_NOT_AVAILABLE'
  broker.held = held
  if (!held && broker.up) learnAll(ctx, broker)
  return undefined
}

export function hideMetadata({ state }: Context, id: number, lacks: MetadataLack): ErrorName | undefined {
  const broker = state.brokers.get(id)
  if (broker === undefined) return 'BROKER_NOT_AVAILABLE'
  broker.lacks = lacks
  return undefined
}

/** Whether this broker, whose picture may stand still, has heard that it leads this partition. */
export function hasHeard({ held, id, image }: BrokerState, topic: string, partition: number): boolean {
  return !held || image.topics.get(topic)?.partitions[partition]?.leader === id
}
