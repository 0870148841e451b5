import { ManualClock } from '@headwater/base'
import {
  createTopics,
  errorCode,
  fetch,
  findCoordinator,
  heartbeat,
  initProducerId,
  metadata,
  produce,
} from '@headwater/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient, makeBatch, produceTo } from './raw-client.ts'

let kafka: EmbeddedKafka
let client: RawClient
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock(1_700_000_000_000)
  kafka = await startKafka({ clock, topics: { orders: { partitions: 2 } } })
  client = await open()
})
afterEach(async () => {
  client[Symbol.dispose]()
  await kafka.close()
  expect(clock.pendingTimers).toBe(0)
})

const open = (): Promise<RawClient> => RawClient.open(kafka.broker(1).port)
const send = (value: string, own: RawClient = client, partition: number = 0) =>
  produceTo(own, 'orders', makeBatch([value], undefined, clock.now()), { partition })
const stored = async (): Promise<string[]> =>
  (await kafka.records('orders')).map(({ value }) => String(value))
const topicData = (partitions: readonly number[]) => [
  {
    name: 'orders',
    partitionData: partitions.map((index) => ({
      index,
      records: makeBatch([`p${index}`], undefined, clock.now()),
    })),
  },
]

describe('Faults', () => {
  it('refuses the next request only, and applies nothing', async () => {
    const fault = kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS')
    expect((await send('refused')).errorCode).toBe(errorCode.NOT_ENOUGH_REPLICAS)
    expect((await send('taken')).errorCode).toBe(0)
    expect(await stored()).toEqual(['taken'])
    expect([fault.fired, kafka.faults.fired]).toEqual([1, 1])
    kafka.faults.assertSpent()
  })

  it('refuses only the entries that the scope names', async () => {
    kafka.faults.on('Produce', { topic: 'orders', partition: 1 }).reply('CORRUPT_MESSAGE')
    const { responses } = await client.send(produce, 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: topicData([0, 1]),
    })
    expect(responses[0]!.partitionResponses.map((one) => one.errorCode)).toEqual([
      0,
      errorCode.CORRUPT_MESSAGE,
    ])
    expect(await stored()).toEqual(['p0'])
  })

  it('fires faults with scopes that cannot touch on one request, others one after the other', async () => {
    kafka.faults.on('Produce', { topic: 'orders', partition: 0 }).reply('CORRUPT_MESSAGE')
    kafka.faults.on('Produce', { topic: 'orders', partition: 1 }).reply('NOT_ENOUGH_REPLICAS')
    kafka.faults.on('Produce', { topic: 'orders', partition: 1 }).reply('REQUEST_TIMED_OUT')
    const codes = async (): Promise<number[]> => {
      const { responses } = await client.send(produce, 9, {
        acks: -1,
        timeoutMs: 1000,
        topicData: topicData([0, 1]),
      })
      return responses[0]!.partitionResponses.map((one) => one.errorCode)
    }
    expect(await codes()).toEqual([errorCode.CORRUPT_MESSAGE, errorCode.NOT_ENOUGH_REPLICAS])
    expect(await codes()).toEqual([0, errorCode.REQUEST_TIMED_OUT])
  })

  it('does not touch requests outside of its scope', async () => {
    kafka.faults.on('Produce', { topic: 'payments' }).reply('CORRUPT_MESSAGE')
    kafka.faults.on('Produce', { broker: 2 }).reply('CORRUPT_MESSAGE')
    kafka.faults.on('Produce', { clientId: 'other' }).reply('CORRUPT_MESSAGE')
    kafka.faults.on('Fetch').reply('CORRUPT_MESSAGE')
    expect((await send('1')).errorCode).toBe(0)
    expect(kafka.faults.fired).toBe(0)
    expect(() => kafka.faults.assertSpent()).toThrow(
      /fault#1 on Produce topic=payments \(fired 0 times\).*fault#4 on Fetch/u,
    )
    kafka.faults.clear()
    kafka.faults.assertSpent()
  })

  it('applies and then says that it failed', async () => {
    kafka.faults.on('Produce').applyThenReply('NOT_ENOUGH_REPLICAS_AFTER_APPEND')
    expect(await send('1')).toMatchObject({
      errorCode: errorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
      baseOffset: -1n,
    })
    expect(await stored()).toEqual(['1'])
  })

  it('applies and hangs up: the answer is lost', async () => {
    kafka.faults.on('Produce').loseResponse()
    await expect(send('1')).rejects.toThrow('hung up')
    expect(await stored()).toEqual(['1'])
    expect(kafka.journal.entries.at(-1)).toMatchObject({ kind: 'request', api: 'Produce', cut: true })
  })

  it('hangs up before it applies: the request is lost', async () => {
    kafka.faults.on('Produce').loseRequest()
    await expect(send('1')).rejects.toThrow('hung up')
    expect(await stored()).toEqual([])
  })

  it('answers late, on the clock', async () => {
    kafka.faults.on('Produce').delayResponse(5000)
    const answer = send('1')
    await expect.poll(() => clock.pendingTimers).toBe(1)
    expect(await stored()).toEqual(['1'])
    clock.advance(5000)
    expect((await answer).errorCode).toBe(0)
  })

  it('lets a request arrive late, even when its client has hung up', async () => {
    kafka.faults.on('Produce').delayRequest(5000)
    const own = await open()
    const answer = send('late', own).catch(() => 'hung up')
    await expect.poll(() => clock.pendingTimers).toBe(1)
    own[Symbol.dispose]()
    expect(await answer).toBe('hung up')
    await send('early')
    clock.advance(5000)
    await expect.poll(stored).toEqual(['early', 'late'])
  })

  it('leaves no timer when the cluster closes before a delay is over', async () => {
    kafka.faults.on('Produce').delayResponse(5000)
    const answer = send('1').catch((error: unknown) => String(error))
    await expect.poll(() => clock.pendingTimers).toBe(1)
    await kafka.close()
    expect(clock.pendingTimers).toBe(0)
    expect(await answer).toContain('hung up')
  })

  it('cuts an answer in the middle', async () => {
    kafka.faults.on('Produce').cutResponseAfter(6)
    await expect(send('1')).rejects.toThrow('hung up')
    expect(await stored()).toEqual(['1'])
  })

  it('holds a request at a gate before or after it is applied', async () => {
    const before = kafka.faults.on('Produce').hold()
    const one = send('1')
    await before.reached
    expect(await stored()).toEqual([])
    before.release()
    await one
    const after = kafka.faults.on('Produce').holdBeforeReply()
    const two = send('2')
    await after.reached
    expect(await stored()).toEqual(['1', '2'])
    after.release()
    expect((await two).errorCode).toBe(0)
  })

  it('plays a script, one step a request', async () => {
    const fault = kafka.faults
      .on('Produce')
      .script([{ reply: 'NOT_ENOUGH_REPLICAS' }, 'pass', 'loseResponse'])
    expect((await send('1')).errorCode).toBe(errorCode.NOT_ENOUGH_REPLICAS)
    expect((await send('2')).errorCode).toBe(0)
    expect(fault.spent).toBe(false)
    await expect(send('3')).rejects.toThrow('hung up')
    expect(fault.spent).toBe(true)
    expect(await stored()).toEqual(['2', '3'])
  })

  it('fires so many times, or always, or with a probability that a seed repeats', async () => {
    kafka.faults.on('Produce').reply('CORRUPT_MESSAGE').times(2)
    const codes = async (count: number): Promise<number[]> => {
      const found: number[] = []
      for (let at = 0; at < count; at++) found.push((await send('x')).errorCode)
      return found
    }
    expect(await codes(3)).toEqual([2, 2, 0])
    kafka.faults.on('Produce').reply('CORRUPT_MESSAGE').always()
    expect(await codes(3)).toEqual([2, 2, 2])
    kafka.faults.clear()
    kafka.faults.on('Produce').reply('CORRUPT_MESSAGE').probability(0.5, 7)
    const first = await codes(20)
    kafka.faults.clear()
    kafka.faults.on('Produce').reply('CORRUPT_MESSAGE').probability(0.5, 7)
    expect(await codes(20)).toEqual(first)
    expect(new Set(first)).toEqual(new Set([0, 2]))
  })

  it('replaces the answers of requests without entries', async () => {
    kafka.faults.on('InitProducerId').reply('COORDINATOR_LOAD_IN_PROGRESS')
    const init = { transactionalId: null, transactionTimeoutMs: 1000 }
    expect((await client.send(initProducerId, 4, init)).errorCode).toBe(
      errorCode.COORDINATOR_LOAD_IN_PROGRESS,
    )
    expect((await client.send(initProducerId, 4, init)).errorCode).toBe(0)
    kafka.faults.on('Heartbeat').reply('REBALANCE_IN_PROGRESS')
    const beat = { groupId: 'g', generationId: 1, memberId: 'm' }
    expect((await client.send(heartbeat, 4, beat)).errorCode).toBe(errorCode.REBALANCE_IN_PROGRESS)
    kafka.faults.on('FindCoordinator').reply('COORDINATOR_NOT_AVAILABLE')
    const found = await client.send(findCoordinator, 4, { keyType: 0, coordinatorKeys: ['g'] })
    expect(found.coordinators[0]!.errorCode).toBe(errorCode.COORDINATOR_NOT_AVAILABLE)
  })

  it('reaches single topics of Metadata, CreateTopics and Fetch', async () => {
    kafka.faults.on('Metadata', { topic: 'orders' }).reply('LEADER_NOT_AVAILABLE')
    const { topics } = await client.send(metadata, 9, { topics: null })
    expect(topics.map((topic) => topic.errorCode)).toEqual([errorCode.LEADER_NOT_AVAILABLE])
    kafka.faults.on('CreateTopics', { topic: 'bad' }).reply('POLICY_VIOLATION')
    const wanted = ['bad', 'good'].map((name) => ({
      name,
      numPartitions: 1,
      replicationFactor: 1,
      assignments: [],
      configs: [],
    }))
    const created = await client.send(createTopics, 5, { topics: wanted })
    expect(created.topics.map((topic) => topic.errorCode)).toEqual([errorCode.POLICY_VIOLATION, 0])
    kafka.faults.on('Fetch', { topic: 'orders', partition: 1 }).reply('OFFSET_OUT_OF_RANGE')
    const partitions = [0, 1].map((partition) => ({ partition, fetchOffset: 0n, partitionMaxBytes: 1000 }))
    const request = { maxWaitMs: 1000, minBytes: 1, topics: [{ topic: 'orders', partitions }] }
    const fetched = await client.send(fetch, 11, request)
    expect(fetched.responses[0]!.partitions.map((one) => one.errorCode)).toEqual([
      0,
      errorCode.OFFSET_OUT_OF_RANGE,
    ])
  })

  it('stands in the journal each time that it fires', async () => {
    kafka.faults.on('Produce').reply('CORRUPT_MESSAGE')
    await send('1')
    expect(kafka.journal.toString()).toMatch(
      /fault#1 fired: Produce v9 broker 1 conn 1 corr 0 -> reply CORRUPT_MESSAGE/u,
    )
    expect(kafka.journal.toString()).toMatch(/broker 1 conn 1 corr 0 raw: Produce v9 -> CORRUPT_MESSAGE/u)
    expect(kafka.journal.count('Produce')).toBe(1)
  })

  it('gives a type error for an error that Kafka never answers with, unless told so', () => {
    // @ts-expect-error a group's error in answer to a Produce
    kafka.faults.on('Produce').reply('REBALANCE_IN_PROGRESS')
    kafka.faults.on('Produce').reply('REBALANCE_IN_PROGRESS', { unchecked: true })
    // @ts-expect-error not a request that is served
    kafka.faults.on('Produced')
  })
})

describe('Journal', () => {
  it('waits for a request that is still to come', async () => {
    const seen = kafka.journal.waitFor('Produce', ({ errorCodes }) =>
      errorCodes!.includes(errorCode.CORRUPT_MESSAGE),
    )
    await send('1')
    kafka.faults.on('Produce').reply('CORRUPT_MESSAGE')
    await send('2')
    expect(await seen).toMatchObject({ api: 'Produce', version: 9, clientId: 'raw', errorCodes: [2] })
  })
})

describe('BrokerControl', () => {
  it('serves nothing while it is frozen, and all of it when it thaws', async () => {
    kafka.broker(1).freeze()
    const own = await open()
    const answer = send('1', own)
    await expect(Promise.race([answer, kafka.records('orders')])).resolves.toEqual([])
    kafka.broker(1).thaw()
    expect((await answer).errorCode).toBe(0)
    own[Symbol.dispose]()
  })

  it('lets every answer arrive later on a slow network, in order and without holding up requests', async () => {
    kafka.broker(1).network({ latencyMs: 100 })
    const answers = Promise.all([send('1'), send('2')])
    await expect.poll(stored).toEqual(['1', '2'])
    clock.advance(100)
    expect((await answers).map(({ baseOffset }) => baseOffset)).toEqual([0n, 1n])
  })
})
