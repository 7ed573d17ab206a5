/**
 * FindCoordinator (key 10), versions 0–6. After KafkaApis.getCoordinator (3.9).
 *
 * Behaviour
 * - A group belongs to the partition of `__consumer_offsets` that Java's hash of its id says, a transactional id to one of
 *   `__transaction_state`; its coordinator is who leads that partition, as far as this broker knows.
 * - The topic is made when it is first asked for, with `offsetsTopicPartitions` or `transactionTopicPartitions` partitions (4 here, 50 in
 *   Kafka); that first answer is COORDINATOR_NOT_AVAILABLE, as is any while the partition has no leader: node -1, host '', port -1.
 *
 * Version notes
 * - 0 knows groups only. 4 asks for many at once (KIP-699). 6 adds share groups, whose coordinator is not there in 3.9:
 *   COORDINATOR_NOT_AVAILABLE; below, their key type is INVALID_REQUEST. By 4.4 it is also for the names of groups, as its keys name partitions.
 *
 * NOT modelled: authorization, quotas; share groups, so that what 4.4 would take for a key is refused too.
 */

import type { findCoordinator } from '../../wire/apis/10-find-coordinator.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { createInternalTopic } from '../controller.ts'
import { coordinatorPartition, transactionPartition } from '../internal-log.ts'
import { offsetsTopic, transactionsTopic } from '../internal-topics.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof findCoordinator>
type Node = { readonly nodeId: number; readonly host: string; readonly port: number }

const nobody: Node = { nodeId: -1, host: '', port: -1 }
const keyTypes = { group: 0, transaction: 1, share: 2 }

/** Errors.message(); kafkajs and others show it. */
const words: { readonly [error in ErrorName]?: string } = {
  NONE: 'NONE',
  COORDINATOR_NOT_AVAILABLE: 'The coordinator is not available.',
  INVALID_REQUEST:
    'This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.',
}

export function handle(ctx: Context, request: Request, { key, keyType, coordinatorKeys }: Body): void {
  if (request.apiVersion >= 4) {
    const coordinators = coordinatorKeys.map((each) => {
      const found = find(ctx, request, keyType, each)
      const errorMessage = keyType < 0 || keyType > 2 ? (words[found.error] ?? '') : ''
      return { key: each, ...found.node, errorCode: errorCodes[found.error], errorMessage }
    })
    ctx.answer(request, { coordinators })
    return
  }
  const { error, node } = find(ctx, request, keyType, key)
  const errorMessage = words[error] ?? null
  ctx.answer(request, { errorCode: errorCodes[error], ...(request.apiVersion >= 1 ? { errorMessage } : {}), ...node })
}

function find(ctx: Context, request: Request, keyType: number, key: string): { error: ErrorName; node: Node } {
  const no = (error: ErrorName) => ({ error, node: nobody })
  if (keyType === keyTypes.share && request.apiVersion < 6) return no('INVALID_REQUEST')
  if (keyType < 0 || keyType > keyTypes.share) return no('INVALID_REQUEST')
  if (keyType === keyTypes.share)
    return no(ctx.state.imitate === '4.4' ? 'INVALID_REQUEST' : 'COORDINATOR_NOT_AVAILABLE')
  const { brokers } = ctx.state
  const { image } = brokers.get(request.broker)!
  const isOfGroup = keyType === keyTypes.group
  const name = isOfGroup ? offsetsTopic : transactionsTopic
  const topic = image.topics.get(name)
  if (topic === undefined) {
    createInternalTopic(ctx, name)
    return no('COORDINATOR_NOT_AVAILABLE')
  }
  const partition = isOfGroup ? coordinatorPartition(ctx.state, key) : transactionPartition(ctx.state, key)
  const leader = topic.partitions[partition]?.leader ?? null
  if (leader === null || !image.brokers.includes(leader)) return no('COORDINATOR_NOT_AVAILABLE')
  const { id, host, port } = brokers.get(leader)!
  return { error: 'NONE', node: { nodeId: id, host, port } }
}
