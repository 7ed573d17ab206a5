/**
 * DescribeCluster (key 60), versions 0–1. After AuthHelper.computeDescribeClusterResponse (3.9).
 *
 * Behaviour
 * - The cluster id, the brokers that are up and the controller, as this broker knows them.
 *
 * Version notes
 * - 1 asks what kind of endpoint this is: MISMATCHED_ENDPOINT_TYPE for controllers, UNSUPPORTED_ENDPOINT_TYPE for what does not exist.
 *
 * NOT modelled: authorization (all is allowed).
 */
import type { describeCluster } from '../../wire/apis/60-describe-cluster.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { allowedOnCluster } from '../authorized-operations.ts'
import type { Context, Request } from '../types.ts'

const brokersEndpoint = 1
const controllersEndpoint = 2

export function handle(ctx: Context, request: Request, body: RequestOf<typeof describeCluster>): void {
  const { clusterId, brokers, controller } = ctx.state
  const { endpointType } = body
  if (endpointType !== brokersEndpoint) {
    const isKnown = endpointType === controllersEndpoint
    const errorCode = errorCodes[isKnown ? 'MISMATCHED_ENDPOINT_TYPE' : 'UNSUPPORTED_ENDPOINT_TYPE']
    const errorMessage = isKnown
      ? 'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER'
      : `Unsupported endpoint type ${endpointType}`
    ctx.answer(request, { errorCode, errorMessage, clusterId: '', brokers: [] })
    return
  }
  const { image } = brokers.get(request.broker)!
  const listed = image.brokers.map((id) => {
    const { host, port, rack } = brokers.get(id)!
    return { brokerId: id, host, port, rack }
  })
  const operations = body.includeClusterAuthorizedOperations ? { clusterAuthorizedOperations: allowedOnCluster } : {}
  const controllerId = image.brokers.includes(controller) ? controller : (image.brokers[0] ?? -1)
  ctx.answer(request, { errorCode: 0, clusterId, controllerId, brokers: listed, ...operations })
}
