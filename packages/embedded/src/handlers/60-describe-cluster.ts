import { describeCluster, errorCode } from '@headwater/protocol'
import { defineHandler, type Handler } from './handler.ts'

/** Endpoint types: 1 brokers, 2 controllers, which listen elsewhere. */
const brokers = 1

/**
 * Behaviour: the brokers that live, and the first of them as controller.
 *
 * Versions: 0 to 2; v1 endpoint types, v2 shows fenced brokers when asked to.
 */
export const describeClusterHandler: Handler<typeof describeCluster> = defineHandler({
  api: describeCluster,
  versions: [0, 2],
  handle(request, { cluster, broker }) {
    if (request.endpointType !== brokers) {
      return { errorCode: errorCode.MISMATCHED_ENDPOINT_TYPE, clusterId: '', brokers: [] }
    }
    const view = cluster.viewOf(broker)
    return {
      errorCode: 0,
      clusterId: cluster.id,
      controllerId: view.controllerId,
      brokers: view.nodes
        .filter(({ alive }) => alive || request.includeFencedBrokers)
        .map(({ id, host, port, alive }) => ({ brokerId: id, host, port, rack: null, isFenced: !alive })),
    }
  },
  fail: (_request, code) => ({ errorCode: code, clusterId: '', brokers: [] }),
})
