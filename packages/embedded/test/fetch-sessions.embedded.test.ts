import { ManualClock } from '@headwater/base'
import { errorCode, fetch, type ResponseOf } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { startKafka } from '../src/index.ts'
import { RawClient, makeBatch, produceTo } from './raw-client.ts'

type Answer = ResponseOf<typeof fetch>

const ask = (
  client: RawClient,
  sessionId: number,
  sessionEpoch: number,
  topic?: string | readonly string[],
  forgotten?: string,
): Promise<Answer> =>
  client.send(fetch, 11, {
    maxWaitMs: 0,
    minBytes: 1,
    maxBytes: 1_000_000,
    sessionId,
    sessionEpoch,
    forgottenTopicsData: forgotten === undefined ? [] : [{ topic: forgotten, partitions: [0] }],
    topics: (topic === undefined ? [] : [topic].flat()).map((name) => ({
      topic: name,
      partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000 }],
    })),
  })

const topicsOf = (answer: Answer): string[] => answer.responses.map(({ topic }) => topic)

describe('fetch sessions', () => {
  // Ids counted from 1 again after a start: a consumer that came back read on in the session of another one.
  it('knows nobody by the session that was there before a stop', async () => {
    await using kafka = await startKafka({ topics: { mine: {}, theirs: {} } })
    using before = await RawClient.open(kafka.broker(1).port)
    const mine = await ask(before, 0, 0, 'mine')
    await produceTo(before, 'theirs', makeBatch(['not for me']))
    await kafka.broker(1).stop()
    await kafka.broker(1).start()
    using other = await RawClient.open(kafka.broker(1).port)
    const theirs = await ask(other, 0, 0)
    expect(theirs.sessionId).toBeGreaterThan(0)
    using after = await RawClient.open(kafka.broker(1).port)
    expect(await ask(after, mine.sessionId, 1)).toMatchObject({
      errorCode: errorCode.FETCH_SESSION_ID_NOT_FOUND,
    })
    expect(await ask(other, theirs.sessionId, 1, 'theirs')).toMatchObject({ errorCode: 0 })
  })

  it('serves who finds no room without a session, and gives away what nobody has used for two minutes', async () => {
    const clock = new ManualClock(Date.now())
    await using kafka = await startKafka({
      clock,
      topics: { t: {} },
      config: { 'max.incremental.fetch.session.cache.slots': 2 },
    })
    using client = await RawClient.open(kafka.broker(1).port)
    const { sessionId: used } = await ask(client, 0, 0, 't')
    const { sessionId: idle } = await ask(client, 0, 0, 't')
    const third = await ask(client, 0, 0, 't')
    expect(third).toMatchObject({ errorCode: 0, sessionId: 0 })
    expect(topicsOf(third)).toEqual(['t'])
    clock.advance(100_000)
    expect(await ask(client, used, 1)).toMatchObject({ errorCode: 0 })
    clock.advance(20_001)
    expect((await ask(client, 0, 0, 't')).sessionId).toBeGreaterThan(0)
    expect(await ask(client, idle, 1)).toMatchObject({ errorCode: errorCode.FETCH_SESSION_ID_NOT_FOUND })
    expect(await ask(client, used, 2)).toMatchObject({ errorCode: 0 })
  })

  // A real 4.3.1 with full caches was asked once: it takes two minutes, which no test of every run has.
  it('takes the place of a smaller session that is in use, once that is two minutes old', async () => {
    const clock = new ManualClock(Date.now())
    await using kafka = await startKafka({
      clock,
      topics: { t: {}, u: {} },
      config: { 'max.incremental.fetch.session.cache.slots': 1 },
    })
    using client = await RawClient.open(kafka.broker(1).port)
    const { sessionId: small } = await ask(client, 0, 0, 't')
    clock.advance(100_000)
    expect(await ask(client, small, 1)).toMatchObject({ errorCode: 0 })
    expect(await ask(client, 0, 0, ['t', 'u'])).toMatchObject({ errorCode: 0, sessionId: 0 })
    clock.advance(20_001)
    expect(await ask(client, small, 2)).toMatchObject({ errorCode: 0 })
    expect(await ask(client, 0, 0, 'u')).toMatchObject({ errorCode: 0, sessionId: 0 })
    expect((await ask(client, 0, 0, ['t', 'u'])).sessionId).toBeGreaterThan(0)
    expect(await ask(client, small, 3)).toMatchObject({ errorCode: errorCode.FETCH_SESSION_ID_NOT_FOUND })
  })

  // A consumer that waits names no partition, so the fault did not find it until records came.
  it('is reached by faults for a topic that it asked for earlier', async () => {
    await using kafka = await startKafka({ topics: { t: {}, u: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    const { sessionId } = await ask(client, 0, 0, 't')
    const elsewhere = kafka.faults.on('Fetch', { topic: 'u' }).reply('NOT_LEADER_OR_FOLLOWER')
    kafka.faults.on('Fetch', { topic: 't', partition: 0 }).reply('NOT_LEADER_OR_FOLLOWER')
    const answer = await ask(client, sessionId, 1)
    expect(answer.responses.flatMap(({ partitions }) => partitions)).toMatchObject([
      { partitionIndex: 0, errorCode: errorCode.NOT_LEADER_OR_FOLLOWER },
    ])
    expect(elsewhere.fired).toBe(0)
    expect(topicsOf(await ask(client, sessionId, 2))).toEqual(['t'])
    const late = kafka.faults.on('Fetch', { topic: 't' }).loseRequest()
    expect(await ask(client, sessionId, 3, undefined, 't')).toMatchObject({ errorCode: 0 })
    expect(late.fired).toBe(0)
    elsewhere.lift()
    late.lift()
    kafka.faults.assertSpent()
  })
})
