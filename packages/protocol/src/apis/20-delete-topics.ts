import { defineApi } from '../wire/api.ts'
import { nullFrom, optional, since, until } from '../wire/field.ts'
import { array, int16, int32, nullableString, string, uuid } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Deletes topics: by name up to v5, by name or id from v6 on (KIP-516). */
export const deleteTopics = defineApi({
  key: 20,
  name: 'DeleteTopics',
  versions: [1, 6],
  flexibleFrom: 4,
  request: {
    topics: since(6, array(struct({ name: optional(nullableString), topicId: uuid }))),
    topicNames: until(5, array(string)),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: optional(int32),
    responses: array(
      struct({
        name: nullFrom(6, nullableString),
        topicId: since(6, uuid),
        errorCode: int16,
        errorMessage: since(5, nullableString),
      }),
    ),
  },
})
