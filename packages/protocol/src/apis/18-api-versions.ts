import { defineApi } from '../wire/api.ts'
import { since, tagged } from '../wire/field.ts'
import { array, boolean, int16, int32, int64, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Which requests a broker takes, and in which versions (KIP-35, KIP-511). */
export const apiVersions = defineApi({
  key: 18,
  name: 'ApiVersions',
  versions: [0, 4],
  flexibleFrom: 3,
  request: {
    clientSoftwareName: since(3, string),
    clientSoftwareVersion: since(3, string),
  },
  response: {
    errorCode: int16,
    apiKeys: array(struct({ apiKey: int16, minVersion: int16, maxVersion: int16 })),
    throttleTimeMs: since(1, int32),
    supportedFeatures: tagged(
      0,
      since(3, array(struct({ name: string, minVersion: int16, maxVersion: int16 }))),
    ),
    finalizedFeaturesEpoch: tagged(1, since(3, int64, -1n)),
    finalizedFeatures: tagged(
      2,
      since(3, array(struct({ name: string, maxVersionLevel: int16, minVersionLevel: int16 }))),
    ),
    zkMigrationReady: tagged(3, since(3, boolean)),
  },
})
