import {
  apiByKey,
  apiVersions,
  decodeResponse,
  errorCode,
  metadata,
  produce,
  responseBody,
} from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import type { BrokerBench } from './broker-bench.ts'
import { requestHead } from './request-head.ts'

/** What Apache Kafka 4.3.1 advertises, for every request that the protocol package describes. */
const advertised: readonly (readonly [name: string, key: number, oldest: number, newest: number])[] = [
  ['Produce', 0, 0, 13],
  ['Fetch', 1, 4, 18],
  ['ListOffsets', 2, 1, 11],
  ['Metadata', 3, 0, 13],
  ['OffsetCommit', 8, 2, 10],
  ['OffsetFetch', 9, 1, 10],
  ['FindCoordinator', 10, 0, 6],
  ['JoinGroup', 11, 0, 9],
  ['Heartbeat', 12, 0, 4],
  ['LeaveGroup', 13, 0, 5],
  ['SyncGroup', 14, 0, 5],
  ['DescribeGroups', 15, 0, 6],
  ['ListGroups', 16, 0, 5],
  ['SaslHandshake', 17, 0, 1],
  ['ApiVersions', 18, 0, 4],
  ['CreateTopics', 19, 2, 7],
  ['DeleteTopics', 20, 1, 6],
  ['DeleteRecords', 21, 0, 2],
  ['InitProducerId', 22, 0, 5],
  ['OffsetForLeaderEpoch', 23, 2, 4],
  ['AddPartitionsToTxn', 24, 0, 5],
  ['AddOffsetsToTxn', 25, 0, 4],
  ['EndTxn', 26, 0, 5],
  ['TxnOffsetCommit', 28, 0, 5],
  ['DescribeConfigs', 32, 1, 4],
  ['AlterConfigs', 33, 0, 2],
  ['DescribeLogDirs', 35, 1, 5],
  ['SaslAuthenticate', 36, 0, 2],
  ['CreatePartitions', 37, 0, 3],
  ['DeleteGroups', 42, 0, 2],
  ['IncrementalAlterConfigs', 44, 0, 1],
  ['AlterPartitionReassignments', 45, 0, 1],
  ['ListPartitionReassignments', 46, 0, 0],
  ['OffsetDelete', 47, 0, 0],
  ['DescribeCluster', 60, 0, 2],
  ['DescribeProducers', 61, 0, 0],
  ['DescribeTopicPartitions', 75, 0, 0],
]

const named = { clientSoftwareName: 'contract', clientSoftwareVersion: '1.0' }

/**
 * Which requests a broker takes, and what it says to the others.
 *
 * @param isLeftOut - whether a request is one that the cluster openly does without
 */
export function describeVersions(getBench: () => BrokerBench, isLeftOut: (api: string) => boolean): void {
  const versionsOf = async (version: number) =>
    (await (await getBench().client()).send(apiVersions, version, named)).apiKeys

  describe('ApiVersions', () => {
    it.each(advertised)('advertises %s (%i) in the versions %i to %i', async (name, key, oldest, newest) => {
      const found = (await versionsOf(4)).find(({ apiKey }) => apiKey === key)
      if (isLeftOut(name)) expect(found).toBeUndefined()
      else expect(found).toEqual({ apiKey: key, minVersion: oldest, maxVersion: newest })
    })

    it.each([0, 1, 2, 3])('says in v%i the same as in v4', async (version) => {
      expect(await versionsOf(version)).toEqual(await versionsOf(4))
    })

    it('lists no request twice', async () => {
      const keys = (await versionsOf(4)).map(({ apiKey }) => apiKey)
      expect(new Set(keys).size).toBe(keys.length)
    })

    it('advertises no telemetry, for there is nobody to take it', async () => {
      const keys = (await versionsOf(4)).map(({ apiKey }) => apiKey)
      expect(keys).not.toContain(71)
      expect(keys).not.toContain(72)
    })

    it('tells of the features, so that a client knows which kind of transactions there is', async () => {
      const answer = await (await getBench().client()).send(apiVersions, 4, named)
      expect(answer.supportedFeatures).toContainEqual({
        name: 'transaction.version',
        minVersion: 0,
        maxVersion: 2,
      })
      expect(answer.finalizedFeatures.map(({ name }) => name)).toContain('transaction.version')
      expect(answer.finalizedFeaturesEpoch).toBeGreaterThanOrEqual(0n)
    })

    it('names in v3 no feature that begins at 0, which old clients cannot read', async () => {
      const answer = await (await getBench().client()).send(apiVersions, 3, named)
      expect(answer.supportedFeatures.filter(({ minVersion }) => minVersion === 0)).toEqual([])
      expect(answer.finalizedFeatures.map(({ name }) => name)).toContain('transaction.version')
    })

    it.each([5, 99])('answers v%i, which is too new, in the form of v0 with error 35', async (version) => {
      const client = await getBench().fresh()
      const frame = await client.sendRawFrame(
        Buffer.concat([
          requestHead({ key: apiVersions.key, version, flexible: true }),
          Buffer.from([1, 1, 0]),
        ]),
      )
      const body = responseBody(apiVersions, 0, frame!.subarray(4))
      expect(decodeResponse(apiVersions, 0, body)).toMatchObject({
        errorCode: errorCode.UNSUPPORTED_VERSION,
        apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }],
      })
    })

    it('goes on with a connection whose ApiVersions was too new', async () => {
      const client = await getBench().fresh()
      await client.sendRawFrame(
        Buffer.concat([requestHead({ key: 18, version: 9, flexible: true }), Buffer.from([1, 1, 0])]),
      )
      expect(await client.send(apiVersions, 3, named)).toMatchObject({ errorCode: 0 })
    })

    it.each(['', 'with space', '-leading', 'trailing-', 'under_score', 'ümlaut', 'new\nline'])(
      'refuses %j as a name for a client',
      async (clientSoftwareName) => {
        const client = await getBench().client()
        expect(await client.send(apiVersions, 3, { ...named, clientSoftwareName })).toMatchObject({
          errorCode: errorCode.INVALID_REQUEST,
          apiKeys: [],
        })
      },
    )

    it('refuses an empty version of a client', async () => {
      const client = await getBench().client()
      expect(await client.send(apiVersions, 4, { ...named, clientSoftwareVersion: '' })).toMatchObject({
        errorCode: errorCode.INVALID_REQUEST,
      })
    })

    it.each(['a', 'x-y.z', '4.3.1', 'A1'])('takes %j as a name for a client', async (clientSoftwareName) => {
      const client = await getBench().client()
      expect(await client.send(apiVersions, 3, { ...named, clientSoftwareName })).toMatchObject({
        errorCode: 0,
      })
    })

    it('takes a client without a name in v2, where there is none', async () => {
      const client = await getBench().client()
      expect(await client.send(apiVersions, 2, {})).toMatchObject({ errorCode: 0 })
    })
  })

  describe('requests that a broker does not take', () => {
    it.each([
      ['a key that Kafka never had', 9999, 0],
      ['a negative key', -1, 0],
      ['a key that is for controllers', 52, 0],
      ['LeaderAndIsr, which is gone', 4, 7],
      ['Metadata in a version that is too new', 3, 14],
      ['Metadata in a negative version', 3, -1],
      ['Fetch in a version that is too old', 1, 3],
      ['Fetch in a version that is too new', 1, 19],
      ['ListOffsets v0', 2, 0],
      ['CreateTopics v1', 19, 1],
      ['OffsetCommit v1', 8, 1],
      ['OffsetFetch v0', 9, 0],
    ])('%s closes the connection', async (_, key, version) => {
      const client = await getBench().fresh()
      const flexible = version >= (apiByKey(key)?.flexibleFrom ?? Infinity)
      const head = requestHead({ key, version, flexible })
      expect(await client.sendRawFrame(Buffer.concat([head, Buffer.alloc(64)]))).toBeUndefined()
      expect(await client.closed).toBe('closed')
    })

    it.each([0, 1, 2])('Produce v%i, although advertised, closes the connection', async (version) => {
      const client = await getBench().fresh()
      // acks -1, timeout 1000, no topics
      const body = Buffer.from('ffff000003e800000000', 'hex')
      const head = requestHead({ key: produce.key, version, flexible: false })
      expect(await client.sendRawFrame(Buffer.concat([head, body]))).toBeUndefined()
    })

    it('leaves all other connections alone', async () => {
      const other = await getBench().fresh()
      await other.send(metadata, 12, { topics: [] })
      const client = await getBench().fresh()
      await client.sendRawFrame(requestHead({ key: 9999, version: 0, flexible: false }))
      expect((await other.send(metadata, 12, { topics: [] })).brokers).not.toHaveLength(0)
    })
  })
}
