import { defineApi } from '../wire/api.ts'
import { optional } from '../wire/field.ts'
import { array, boolean, int16, int32, int8, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/**
 * Replaces the whole configuration of resources (KIP-133); IncrementalAlterConfigs is the one to use.
 */
export const alterConfigs = defineApi({
  key: 33,
  name: 'AlterConfigs',
  versions: [0, 2],
  flexibleFrom: 2,
  request: {
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        configs: array(struct({ name: string, value: nullableString })),
      }),
    ),
    validateOnly: boolean,
  },
  response: {
    throttleTimeMs: optional(int32),
    responses: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
        resourceType: int8,
        resourceName: string,
      }),
    ),
  },
})
