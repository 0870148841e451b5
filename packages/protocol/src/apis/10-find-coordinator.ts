import { defineApi } from '../wire/api.ts'
import { since, until } from '../wire/field.ts'
import { array, int16, int32, int8, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/**
 * Which broker coordinates a group (key type 0) or a transactional id (1): one key up to v3, a list of them
 * from v4 on (KIP-699).
 */
export const findCoordinator = defineApi({
  key: 10,
  name: 'FindCoordinator',
  versions: [0, 6],
  flexibleFrom: 3,
  request: {
    key: until(3, string),
    keyType: since(1, int8),
    coordinatorKeys: since(4, array(string)),
  },
  response: {
    throttleTimeMs: since(1, int32),
    errorCode: until(3, int16),
    errorMessage: until(3, since(1, nullableString)),
    nodeId: until(3, int32),
    host: until(3, string),
    port: until(3, int32),
    coordinators: since(
      4,
      array(
        struct({
          key: string,
          nodeId: int32,
          host: string,
          port: int32,
          errorCode: int16,
          errorMessage: nullableString,
        }),
      ),
    ),
  },
})
