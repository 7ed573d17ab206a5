/**
 * ApiVersions (key 18), versions 0–4. After KafkaApis.handleApiVersionsRequest, ApiVersionsRequest.getErrorResponse (3.9).
 *
 * Behaviour
 * - Lists what this model serves, as far as the imitated release has it: the same list that requests are dispatched by. Without
 *   `config.transactions` the APIs of transactions are not in it, so that clients ask as they did before there were any; they are served.
 * - A version that is not served is answered in version 0: UNSUPPORTED_VERSION, with the versions of ApiVersions itself (KIP-511).
 * - 4.4 tells of Produce from 0 on and serves it from 3 on.
 *
 * Version notes
 * - From 3 on the client names its software; a name or version of odd characters is INVALID_REQUEST.
 *
 * NOT modelled: features (none is listed), throttling.
 */
import { apiVersions } from '../../wire/apis/18-api-versions.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf, ResponseInput } from '../../wire/schema.ts'
import { endpointsOf, withTransactions } from '../releases.ts'
import type { ClusterState } from '../state.ts'
import type { Context, Request } from '../types.ts'

type Answer = ResponseInput<typeof apiVersions>

/** ApiVersionsRequest.SOFTWARE_NAME_VERSION_PATTERN. */
const software = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

export function handle(ctx: Context, request: Request, body: RequestOf<typeof apiVersions>): void {
  const isOdd = !software.test(body.clientSoftwareName) || !software.test(body.clientSoftwareVersion)
  const answer: Answer =
    request.apiVersion >= 3 && isOdd
      ? { errorCode: errorCodes.INVALID_REQUEST, apiKeys: [] }
      : { errorCode: 0, apiKeys: listed(ctx.state) }
  ctx.answer(request, answer)
}

export function unsupportedVersion(state: ClusterState): Answer {
  const itself = listed(state).filter(({ apiKey }) => apiKey === apiVersions.key)
  return { errorCode: errorCodes.UNSUPPORTED_VERSION, apiKeys: itself }
}

function listed({ imitate, config }: ClusterState): Answer['apiKeys'][number][] {
  return endpointsOf(imitate)
    .filter(({ name }) => config.transactions || !withTransactions.has(name))
    .map(({ name, key, min, max }) => {
      // Some clients take it for the oldest broker that they know (KIP-896): told, and not served.
      const told = imitate === '4.4' && name === 'produce' ? 0 : min
      return { apiKey: key, minVersion: told, maxVersion: max }
    })
}
