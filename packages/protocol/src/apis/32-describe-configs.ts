import { defineApi } from '../wire/api.ts'
import { optional, since } from '../wire/field.ts'
import {
  array,
  boolean,
  int16,
  int32,
  int8,
  nullableArray,
  nullableString,
  string,
} from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Configuration of topics (resource type 2), brokers (4) and others (KIP-133). */
export const describeConfigs = defineApi({
  key: 32,
  name: 'DescribeConfigs',
  versions: [1, 4],
  flexibleFrom: 4,
  request: {
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        configurationKeys: nullableArray(string),
      }),
    ),
    includeSynonyms: optional(boolean),
    includeDocumentation: since(3, boolean),
  },
  response: {
    throttleTimeMs: optional(int32),
    results: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
        resourceType: int8,
        resourceName: string,
        configs: array(
          struct({
            name: string,
            value: nullableString,
            readOnly: boolean,
            configSource: optional(int8, -1),
            isSensitive: boolean,
            synonyms: array(struct({ name: string, value: nullableString, source: int8 })),
            configType: since(3, int8),
            documentation: since(3, nullableString),
          }),
        ),
      }),
    ),
  },
})
