/**
 * ListGroups (key 16), versions 0–5. After `GroupCoordinator.handleListGroups` of Kafka 3.9.
 *
 * Behaviour
 * - The groups that this broker coordinates; whoever wants all of them asks every broker.
 * - COORDINATOR_LOAD_IN_PROGRESS, beside the groups that are there, while a partition loads.
 *
 * Version notes: 4 filters by state (in any case of letters, KIP-518) and tells it, 5 by type (KIP-848): all are 'classic' here, so
 * any other type alone finds none.
 *
 * NOT modelled: authorization, quotas.
 */
import type { listGroups } from '../../wire/apis/16-list-groups.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { shardsOf } from '../group/shard.ts'
import type { Context, Request } from '../types.ts'

export function handle(ctx: Context, request: Request, body: RequestOf<typeof listGroups>): void {
  const states = new Set(body.statesFilter.map((state) => state.toLowerCase()))
  const types = new Set(body.typesFilter.map((type) => type.toLowerCase()))
  const groups = []
  let loading = false
  for (const shard of shardsOf(ctx, request.broker)) {
    loading ||= shard.loading !== null
    if (types.size > 0 && !types.has('classic')) continue
    for (const { groupId, protocolType, phase } of shard.groups.values()) {
      if (states.size > 0 && !states.has(phase.toLowerCase())) continue
      groups.push({ groupId, protocolType: protocolType ?? '', groupState: phase, groupType: 'classic' })
    }
  }
  ctx.answer(request, { errorCode: errorCodes[loading ? 'COORDINATOR_LOAD_IN_PROGRESS' : 'NONE'], groups })
}
