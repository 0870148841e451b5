import { defineApi } from '../wire/api.ts'
import { optional, since } from '../wire/field.ts'
import { array, boolean, int16, int32, int64, nullableArray, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** Where on a broker's disks the replicas lie, and how large they are (KIP-113). */
export const describeLogDirs = defineApi({
  key: 35,
  name: 'DescribeLogDirs',
  versions: [1, 5],
  flexibleFrom: 2,
  request: {
    topics: nullableArray(struct({ topic: string, partitions: array(int32) })),
  },
  response: {
    throttleTimeMs: optional(int32),
    errorCode: since(3, int16),
    results: array(
      struct({
        errorCode: int16,
        logDir: string,
        topics: array(
          struct({
            name: string,
            partitions: array(
              struct({
                partitionIndex: int32,
                partitionSize: int64,
                offsetLag: int64,
                isFutureKey: boolean,
              }),
            ),
          }),
        ),
        totalBytes: since(4, int64, -1n),
        usableBytes: since(4, int64, -1n),
        isCordoned: since(5, boolean),
      }),
    ),
  },
})
