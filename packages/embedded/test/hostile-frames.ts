import {
  encodeRequest,
  encodeRequestHeader,
  fetch,
  findCoordinator,
  heartbeat,
  joinGroup,
  listOffsets,
  metadata,
  offsetCommit,
  produce,
  type AnyApi,
  type RequestInputOf,
} from '@headwater/protocol'
import { makeBatch } from './raw-client.ts'

const noTopicId = '00000000-0000-0000-0000-000000000000'

function frameOf<A extends AnyApi>(api: A, apiVersion: number, body: RequestInputOf<A>): Buffer {
  const header = encodeRequestHeader(api, { apiVersion, correlationId: 7, clientId: 'hostile' })
  return Buffer.concat([header, ...encodeRequest(api, apiVersion, body)])
}

/** Requests in which a changed byte gets furthest: they are right but for that. None of them waits for long. */
const plausible: readonly Buffer[] = [
  frameOf(produce, 9, {
    acks: 1,
    timeoutMs: 1,
    topicData: [{ name: 'fuzzed', partitionData: [{ index: 0, records: makeBatch(['a', 'b']) }] }],
  }),
  frameOf(fetch, 11, {
    maxWaitMs: 0,
    minBytes: 0,
    topics: [
      {
        topic: 'fuzzed',
        topicId: noTopicId,
        partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 100 }],
      },
    ],
    forgottenTopicsData: [],
  }),
  frameOf(metadata, 9, { topics: [{ name: 'fuzzed' }] }),
  frameOf(listOffsets, 6, {
    replicaId: -1,
    topics: [{ name: 'fuzzed', partitions: [{ partitionIndex: 0, timestamp: -1n }] }],
  }),
  frameOf(findCoordinator, 3, { key: 'g', keyType: 0 }),
  frameOf(heartbeat, 4, { groupId: 'g', generationId: 1, memberId: 'm' }),
  frameOf(joinGroup, 5, {
    groupId: 'g',
    sessionTimeoutMs: 6000,
    rebalanceTimeoutMs: 1,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.alloc(8) }],
  }),
  frameOf(offsetCommit, 7, {
    groupId: 'g',
    memberId: '',
    topics: [
      { name: 'fuzzed', partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }] },
    ],
  }),
]

/** The next hostile frame, its size before it: noise, a request with noise behind its header, or one with bytes changed. */
export function hostileFrame(random: () => number): Buffer {
  const upTo = (n: number): number => Math.floor(random() * n)
  const kind = random()
  if (kind < 0.02) return int32(kind < 0.01 ? -1 - upTo(1000) : 0x7fffffff - upTo(1000))
  const noise = Buffer.from(Array.from({ length: 1 + upTo(200) }, () => upTo(256)))
  if (kind < 0.1) return framed(noise)
  const whole = Buffer.from(plausible[upTo(plausible.length)]!)
  if (kind < 0.2) {
    // A header that is served, with anything behind it.
    whole.writeInt16BE(upTo(80), 0)
    whole.writeInt16BE(upTo(14), 2)
    return framed(Buffer.concat([whole.subarray(0, 17), noise]))
  }
  if (kind < 0.3) return framed(whole.subarray(0, upTo(whole.length)))
  // The size, the request and its version stay; everything behind them may change.
  for (let changes = 1 + upTo(3); changes > 0; changes--) whole[8 + upTo(whole.length - 8)] = upTo(256)
  return framed(whole)
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function framed(bytes: Buffer): Buffer {
  return Buffer.concat([int32(bytes.length), bytes])
}
