import { defineApi } from '../wire/api.ts'
import { optional, since, tagged } from '../wire/field.ts'
import {
  array,
  boolean,
  int16,
  int32,
  int8,
  nullableArray,
  nullableString,
  string,
  uuid,
} from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Creates topics. v5 answers with the configuration, v7 with the topic id. */
export const createTopics = defineApi({
  key: 19,
  name: 'CreateTopics',
  versions: [2, 7],
  flexibleFrom: 5,
  request: {
    topics: array(
      struct({
        name: string,
        numPartitions: int32,
        replicationFactor: int16,
        assignments: array(struct({ partitionIndex: int32, brokerIds: array(int32) })),
        configs: array(struct({ name: string, value: nullableString })),
      }),
    ),
    timeoutMs: optional(int32, 60000),
    validateOnly: optional(boolean),
  },
  response: {
    throttleTimeMs: optional(int32),
    topics: array(
      struct({
        name: string,
        topicId: since(7, uuid),
        errorCode: int16,
        errorMessage: nullableString,
        topicConfigErrorCode: tagged(0, since(5, int16)),
        numPartitions: since(5, int32, -1),
        replicationFactor: since(5, int16, -1),
        configs: since(
          5,
          nullableArray(
            struct({
              name: string,
              value: nullableString,
              readOnly: boolean,
              configSource: optional(int8, -1),
              isSensitive: boolean,
            }),
          ),
        ),
      }),
    ),
  },
})
