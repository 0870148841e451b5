import { apiVersions, fetch, metadata, listOffsets } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import type { BrokerBench } from './broker-bench.ts'
import { framed, type RawClient } from './raw-client.ts'
import { requestHead } from './request-head.ts'

const correlationIdsOf = async (client: RawClient, count: number): Promise<number[]> => {
  const ids: number[] = []
  for (let at = 0; at < count; at++) ids.push((await client.nextFrame())!.readInt32BE(0))
  return ids
}

const size = (bytes: number): Buffer => {
  const prefix = Buffer.alloc(4)
  prefix.writeInt32BE(bytes)
  return prefix
}

/** How a stream of bytes becomes requests, and what a broker does about bytes that are none. */
export function describeFrames(getBench: () => BrokerBench): void {
  const askVersions = (client: RawClient) => client.encode(apiVersions, 0, {})

  describe('frames', () => {
    it('two frames in one chunk are two requests', async () => {
      const client = await getBench().fresh()
      const [one, two] = [askVersions(client), askVersions(client)]
      client.write(Buffer.concat([framed(one.bytes), framed(two.bytes)]))
      expect(await correlationIdsOf(client, 2)).toEqual([one.correlationId, two.correlationId])
    })

    it('a frame that comes byte by byte is one request', async () => {
      const client = await getBench().fresh()
      const { bytes, correlationId } = askVersions(client)
      for (const byte of framed(bytes)) {
        client.write(Buffer.of(byte))
        await new Promise((resolve) => setImmediate(resolve))
      }
      expect(await correlationIdsOf(client, 1)).toEqual([correlationId])
    })

    it('a chunk may end in the middle of the next frame', async () => {
      const client = await getBench().fresh()
      const [one, two] = [askVersions(client), askVersions(client)]
      const both = Buffer.concat([framed(one.bytes), framed(two.bytes)])
      client.write(both.subarray(0, both.length - 3))
      expect(await correlationIdsOf(client, 1)).toEqual([one.correlationId])
      client.write(both.subarray(both.length - 3))
      expect(await correlationIdsOf(client, 1)).toEqual([two.correlationId])
    })

    it('fifty requests at once are answered in their order', async () => {
      const client = await getBench().fresh()
      const requests = Array.from({ length: 50 }, () => client.encode(metadata, 12, { topics: null }))
      client.write(Buffer.concat(requests.map(({ bytes }) => framed(bytes))))
      expect(await correlationIdsOf(client, 50)).toEqual(requests.map(({ correlationId }) => correlationId))
    })

    it('a request waits behind a slow one of its connection, and not behind that of another', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const address = await bench.leaderAddress(topic)
      const client = await bench.fresh(address)
      const slow = client.encode(fetch, 12, {
        maxWaitMs: 300,
        minBytes: 1,
        topics: [
          { topic: topic.name, partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }] },
        ],
      })
      const quick = askVersions(client)
      client.write(Buffer.concat([framed(slow.bytes), framed(quick.bytes)]))
      const order: string[] = []
      const both = correlationIdsOf(client, 2).then((ids) => {
        order.push('behind')
        return ids
      })
      await (await bench.client(address)).send(apiVersions, 0, {})
      order.push('beside')
      expect(await both).toEqual([slow.correlationId, quick.correlationId])
      expect(order).toEqual(['beside', 'behind'])
    })

    it('a client may do without a name', async () => {
      const client = await getBench().fresh()
      const frame = await client.sendRawFrame(requestHead({ key: 18, version: 0, flexible: false }))
      expect(frame!.readInt32BE(0)).toBe(7)
    })

    it('correlation ids are given back as they came, negative ones, too', async () => {
      const client = await getBench().fresh()
      for (const correlationId of [0, -1, 2147483647, -2147483648]) {
        const head = requestHead({ key: 18, version: 0, flexible: false, correlationId })
        expect((await client.sendRawFrame(head))!.readInt32BE(0)).toBe(correlationId)
      }
    })

    it('unknown tags in the header are skipped', async () => {
      const client = await getBench().fresh()
      const head = requestHead({ key: 18, version: 3, flexible: false })
      // One tag: number 100, two bytes. Then the body of ApiVersions v3: "a", "1", no tags.
      const rest = Buffer.from([1, 100, 2, 0xca, 0xfe, 2, 0x61, 2, 0x31, 0])
      const frame = await client.sendRawFrame(Buffer.concat([head, rest]))
      expect(frame!.readInt16BE(4)).toBe(0)
    })

    it('unknown tags in the body are skipped', async () => {
      const client = await getBench().fresh()
      const head = requestHead({ key: 18, version: 3, flexible: true })
      const rest = Buffer.from([2, 0x61, 2, 0x31, 1, 100, 2, 0xca, 0xfe])
      const frame = await client.sendRawFrame(Buffer.concat([head, rest]))
      expect(frame!.readInt16BE(4)).toBe(0)
    })

    it('bytes after the end of a request are ignored', async () => {
      const client = await getBench().fresh()
      const { bytes, correlationId } = client.encode(metadata, 1, { topics: [] })
      const frame = await client.sendRawFrame(Buffer.concat([bytes, Buffer.from('and more')]))
      expect(frame?.readInt32BE(0)).toBe(correlationId)
    })
  })

  describe('bytes that are no request close the connection:', () => {
    it.each([
      ['a size over socket.request.max.bytes', size(104_857_601)],
      ['the largest size', size(0x7fffffff)],
      ['a negative size', size(-1)],
      ['the smallest size', size(-0x80000000)],
      ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n')],
      ['a TLS hello', Buffer.from('16030100f8010000f40303', 'hex')],
      ['an empty frame', size(0)],
      ['a frame that is shorter than a header', Buffer.concat([size(3), Buffer.alloc(3)])],
      ['a client id that is longer than its frame', framed(Buffer.from('00120000000000077fff6162', 'hex'))],
      ['a body that ends too early', framed(requestHead({ key: 3, version: 1, flexible: false }))],
      [
        'a list that is longer than its frame',
        framed(
          Buffer.concat([
            requestHead({ key: 3, version: 1, flexible: false }),
            Buffer.from('7fffffff', 'hex'),
          ]),
        ),
      ],
      [
        'a null where there must be a name',
        framed(
          Buffer.concat([
            requestHead({ key: 3, version: 1, flexible: false }),
            Buffer.from('00000001ffff', 'hex'),
          ]),
        ),
      ],
      [
        'a compact length that never ends',
        framed(Buffer.concat([requestHead({ key: 3, version: 12, flexible: true }), Buffer.alloc(8, 0xff)])),
      ],
    ])('%s', async (_, bytes) => {
      const client = await getBench().fresh()
      client.write(bytes)
      expect(await client.nextFrame()).toBeUndefined()
    })

    it('while those that were asked before are answered', async () => {
      const bench = getBench()
      const client = await bench.fresh()
      const { bytes, correlationId } = askVersions(client)
      client.write(Buffer.concat([framed(bytes), size(-5)]))
      expect(await correlationIdsOf(client, 1)).toEqual([correlationId])
      expect(await client.nextFrame()).toBeUndefined()
    })

    it('and nobody else notices', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const other = await bench.fresh(await bench.leaderAddress(topic))
      const client = await bench.fresh(await bench.leaderAddress(topic))
      client.write(size(-1))
      await client.closed
      const answer = await other.send(listOffsets, 1, {
        replicaId: -1,
        topics: [{ name: topic.name, partitions: [{ partitionIndex: 0, timestamp: -1n }] }],
      })
      expect(answer.topics[0]!.partitions[0]).toMatchObject({ errorCode: 0, offset: 0n })
    })
  })
}
