/**
 * AddOffsetsToTxn (key 25), versions 0–4. After KafkaApis.handleAddOffsetsToTxnRequest (3.9).
 *
 * Behaviour
 * - The partition of `__consumer_offsets` that has this group comes into the transaction, as any other by AddPartitionsToTxn and with the
 *   same errors. The group need not be there.
 *
 * Version notes
 * - Fenced is INVALID_PRODUCER_EPOCH, from 2 on PRODUCER_FENCED.
 *
 * NOT modelled: authorization, quotas.
 */

import type { addOffsetsToTxn } from '../../wire/apis/25-add-offsets-to-txn.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { coordinatorPartition } from '../internal-log.ts'
import { offsetsTopic } from '../internal-topics.ts'
import { addPartitions } from '../transaction/adding.ts'
import { noteRefusal } from '../transaction/state.ts'
import type { Context, Request } from '../types.ts'

export function handle(ctx: Context, request: Request, body: RequestOf<typeof addOffsetsToTxn>): void {
  const place = { topic: offsetsTopic, partition: coordinatorPartition(ctx.state, body.groupId) }
  addPartitions(ctx, request.broker, body, [place], (now, error) => {
    noteRefusal(now, request, 'AddOffsetsToTxn', body.transactionalId, error)
    const told = request.apiVersion < 2 && error === 'PRODUCER_FENCED' ? 'INVALID_PRODUCER_EPOCH' : error
    now.answer(request, { errorCode: errorCodes[told] })
  })
}
