import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { describe, expect, it } from 'vitest'
import { FaultSchedule } from '../src/fault-schedule.ts'

const topic = 'raw'
const partitions = 3

async function start(): Promise<EmbeddedKafka> {
  const replicated = { replicationFactor: 3 }
  return await startKafka({
    brokers: 3,
    topics: { [topic]: { ...replicated, partitions }, dead: replicated },
  })
}

function scheduleFor(kafka: EmbeddedKafka, total: number): FaultSchedule {
  return new FaultSchedule(
    { kafka, topic, partitions, deadLetterTopic: 'dead', requestTimeoutMs: 1000 },
    total,
  )
}

describe('FaultSchedule', () => {
  it('stops a broker at two fifths of the mails and starts it at three', async () => {
    await using kafka = await start()
    const schedule = scheduleFor(kafka, 100)
    await schedule.advance(39)
    expect(kafka.broker(2).running).toBe(true)
    await schedule.advance(40)
    expect(kafka.broker(2).running).toBe(false)
    await schedule.advance(60)
    expect(kafka.broker(2).running).toBe(true)
    await schedule.advance(100)
    expect(schedule.counts()).toMatchObject({ 'broker stopped': 1, 'broker started again': 1 })
  })

  it('moves leaders, each move to another broker', async () => {
    await using kafka = await start()
    const schedule = scheduleFor(kafka, 5000)
    const before = kafka.partition(topic, 0).leaderEpoch
    await schedule.advance(1900)
    expect(kafka.partition(topic, 0).leaderEpoch).toBeGreaterThan(before)
    await schedule.advance(5000)
    expect(schedule.counts()['leader of a partition moved']).toBe(12)
  })

  it('counts an order when a request has met it, not before', async () => {
    await using kafka = await start()
    const schedule = scheduleFor(kafka, 5000)
    await schedule.advance(160)
    expect(kafka.faults.orders.map(String)).toEqual(['fault#1 on Produce topic=raw'])
    expect(schedule.counts()).toEqual({})
    kafka.faults.orders[0]?.fire()
    expect(schedule.counts()).toEqual({ 'acknowledgement lost, record in the log': 1 })
  })

  it('spares short runs, where faults would meet the same mails', async () => {
    await using kafka = await start()
    await scheduleFor(kafka, 5000).advance(5000)
    const most = kafka.faults.orders.length
    await scheduleFor(kafka, 10).advance(10)
    const few = kafka.faults.orders.length - most
    expect(most).toBe(32)
    expect(few).toBe(6)
  })
})
