import { defineApi } from '../wire/api.ts'
import { optional } from '../wire/field.ts'
import { array, boolean, int16, int32, int8, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/**
 * Changes single settings of resources (KIP-339). Operations: 0 set, 1 delete, 2 append, 3 subtract.
 */
export const incrementalAlterConfigs = defineApi({
  key: 44,
  name: 'IncrementalAlterConfigs',
  versions: [0, 1],
  flexibleFrom: 1,
  request: {
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        configs: array(struct({ name: string, configOperation: int8, value: nullableString })),
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
