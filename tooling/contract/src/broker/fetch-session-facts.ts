import { errorCode, fetch, type ResponseOf } from '@headwater/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import type { BrokerBench, FactTopic } from './broker-bench.ts'
import { baseOffsetsOf, fetchRequest, partitionsOf, type FetchOptions } from './fetch-from.ts'
import { makeBatch } from './make-batch.ts'
import { produceTo } from './produce-to.ts'
import type { RawClient } from './raw-client.ts'

/** How a consumer asks only for what is new (KIP-227), by names and by topic ids. */
export function describeFetchSessions(getBench: () => BrokerBench): void {
  describe.each([7, 11, 12, 13, 17, 18])('a fetch session in v%i', (version) => {
    let topic: FactTopic
    let client: RawClient

    beforeEach(async () => {
      const bench = getBench()
      topic = await bench.topic()
      client = await bench.leader(topic)
    })

    const ask = (options: FetchOptions): Promise<ResponseOf<typeof fetch>> =>
      client.send(fetch, version, fetchRequest(topic, options))
    const begin = async (): Promise<number> => {
      const { sessionId, errorCode: code } = await ask({ sessionEpoch: 0 })
      expect(code).toBe(0)
      return sessionId
    }
    const write = (value: string) => produceTo(getBench(), topic, makeBatch([value]))

    it('begins with epoch 0, and answers every partition', async () => {
      const answer = await ask({ sessionEpoch: 0 })
      expect(answer.sessionId).toBeGreaterThan(0)
      expect(partitionsOf(answer)).toHaveLength(1)
    })

    it('is not begun for one who does not want it', async () => {
      expect(await ask({ sessionEpoch: -1 })).toMatchObject({ errorCode: 0, sessionId: 0 })
    })

    it('leaves out what has not changed', async () => {
      const sessionId = await begin()
      for (const sessionEpoch of [1, 2]) {
        const answer = await ask({ sessionId, sessionEpoch, partitions: [] })
        expect(answer).toMatchObject({ errorCode: 0, sessionId, responses: [] })
      }
    })

    it('answers a partition again that has new records', async () => {
      const sessionId = await begin()
      await write('a')
      const answer = await ask({ sessionId, sessionEpoch: 1, partitions: [] })
      expect(partitionsOf(answer).map(baseOffsetsOf)).toEqual([[0n]])
    })

    it('remembers where the consumer was, until that says otherwise', async () => {
      const sessionId = await begin()
      await write('a')
      const again = await ask({ sessionId, sessionEpoch: 1, partitions: [] })
      const once = await ask({ sessionId, sessionEpoch: 2, partitions: [] })
      expect(partitionsOf(once).map(baseOffsetsOf)).toEqual(partitionsOf(again).map(baseOffsetsOf))
      const moved = await ask({ sessionId, sessionEpoch: 3, offset: 1n })
      expect(partitionsOf(moved).flatMap(baseOffsetsOf)).toEqual([])
    })

    it('forgets a partition that it shall forget', async () => {
      const sessionId = await begin()
      await ask({ sessionId, sessionEpoch: 1, partitions: [], forgotten: [0] })
      await write('a')
      expect((await ask({ sessionId, sessionEpoch: 2, partitions: [] })).responses).toEqual([])
    })

    it('answers an error again and again', async () => {
      const sessionId = await begin()
      for (const sessionEpoch of [1, 2]) {
        const options = sessionEpoch === 1 ? { offset: 99n } : { partitions: [] }
        expect(partitionsOf(await ask({ sessionId, sessionEpoch, ...options }))).toMatchObject([
          { errorCode: errorCode.OFFSET_OUT_OF_RANGE },
        ])
      }
    })

    it.each([2, 5])('refuses epoch %i where 1 is next', async (sessionEpoch) => {
      const sessionId = await begin()
      expect(await ask({ sessionId, sessionEpoch })).toMatchObject({
        errorCode: errorCode.INVALID_FETCH_SESSION_EPOCH,
        responses: [],
      })
    })

    it('refuses an epoch that was used', async () => {
      const sessionId = await begin()
      await ask({ sessionId, sessionEpoch: 1, partitions: [] })
      expect(await ask({ sessionId, sessionEpoch: 1, partitions: [] })).toMatchObject({
        errorCode: errorCode.INVALID_FETCH_SESSION_EPOCH,
      })
    })

    it('is not found under an id that nobody has', async () => {
      expect(await ask({ sessionId: 2_000_000_000, sessionEpoch: 1 })).toMatchObject({
        errorCode: errorCode.FETCH_SESSION_ID_NOT_FOUND,
        sessionId: 0,
        responses: [],
      })
    })

    it('ends with epoch -1', async () => {
      const sessionId = await begin()
      expect(await ask({ sessionId, sessionEpoch: -1 })).toMatchObject({ errorCode: 0, sessionId: 0 })
      expect(await ask({ sessionId, sessionEpoch: 1 })).toMatchObject({
        errorCode: errorCode.FETCH_SESSION_ID_NOT_FOUND,
      })
    })

    it('gives way to a new one with epoch 0', async () => {
      const sessionId = await begin()
      const next = await ask({ sessionId, sessionEpoch: 0 })
      expect(next.errorCode).toBe(0)
      expect(next.sessionId).not.toBe(sessionId)
      expect(await ask({ sessionId, sessionEpoch: 1 })).toMatchObject({
        errorCode: errorCode.FETCH_SESSION_ID_NOT_FOUND,
      })
    })

    it('goes on over another connection', async () => {
      const bench = getBench()
      const sessionId = await begin()
      client = await bench.fresh(await bench.leaderAddress(topic))
      expect(await ask({ sessionId, sessionEpoch: 1, partitions: [] })).toMatchObject({ errorCode: 0 })
    })
  })

  describe('a fetch session', () => {
    it.each([
      [12, 13],
      [13, 12],
    ])('that began in v%i cannot go on in v%i, which names topics in another way', async (first, second) => {
      const bench = getBench()
      const topic = await bench.topic()
      const client = await bench.leader(topic)
      const { sessionId } = await client.send(fetch, first, fetchRequest(topic, { sessionEpoch: 0 }))
      const answer = await client.send(fetch, second, fetchRequest(topic, { sessionId, sessionEpoch: 1 }))
      expect(answer.errorCode).toBe(errorCode.FETCH_SESSION_TOPIC_ID_ERROR)
    })
  })
}
