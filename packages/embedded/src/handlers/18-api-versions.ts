import { apiVersions, errorCode, type ResponseInputOf } from '@headwater/protocol'
import { defineHandler, type AnyHandler, type Handler } from './handler.ts'

/** What a client may call itself and its version (KIP-511). */
const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/u

/** Older clients cannot read a feature whose oldest version is 0, so they are not told of it. */
const featuresFromZeroSince = 4

/**
 * Behaviour: lists what is registered, in the ranges of Kafka 4.3. `transaction.version` is finalised at 1: producers
 * take part in transactions by AddPartitionsToTxn.
 *
 * Versions: 0 to 4; v3 checks the client's name, v4 knows features that begin at 0 (KAFKA-17011). A version that is too new is answered elsewhere, in v0's form.
 *
 * @param handlers - all that is registered, this one included
 */
export function apiVersionsHandler(handlers: () => Iterable<AnyHandler>): Handler<typeof apiVersions> {
  return defineHandler({
    api: apiVersions,
    versions: [0, 4],
    handle(request, { version }) {
      const named =
        softwareName.test(request.clientSoftwareName) && softwareName.test(request.clientSoftwareVersion)
      if (version >= 3 && !named) return failed(errorCode.INVALID_REQUEST)
      return {
        errorCode: 0,
        apiKeys: Array.from(handlers(), ({ api, versions }) => ({
          apiKey: api.key,
          minVersion: versions[0],
          maxVersion: versions[1],
        })),
        supportedFeatures:
          version >= featuresFromZeroSince
            ? [{ name: 'transaction.version', minVersion: 0, maxVersion: 2 }]
            : [],
        finalizedFeaturesEpoch: 1n,
        finalizedFeatures: [{ name: 'transaction.version', maxVersionLevel: 1, minVersionLevel: 1 }],
      }
    },
    fail: (_request, code) => failed(code),
  })
}

function failed(code: number): ResponseInputOf<typeof apiVersions> {
  return { errorCode: code, apiKeys: [] }
}
