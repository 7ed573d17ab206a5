/** What tests of the model hold each of its answers to: no code that codes.ts does not have. */
import { endpointsOf } from '../harness/model/releases.ts'
import type { ClusterState } from '../harness/model/state.ts'
import type { Request } from '../harness/model/types.ts'
import { errorsIn, isDeclared } from './declared.ts'

interface Answer {
  readonly request: Request
  readonly body: unknown
}

export function expectDeclared({ imitate }: Pick<ClusterState, 'imitate'>, { request, body }: Answer): void {
  // What a fault has it say may be anything.
  if (request.refuse !== undefined) return
  const api = endpointsOf(imitate).find(({ key }) => key === request.apiKey)
  if (api === undefined) return
  for (const error of errorsIn(body))
    if (!isDeclared(api.name, imitate, error))
      throw new Error(`${api.name} v${request.apiVersion} answered ${error}: conformance/codes.ts does not have it`)
}
