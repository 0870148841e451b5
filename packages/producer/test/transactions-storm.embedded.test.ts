import { startKafka } from '@headwater/embedded'
import { describe, expect, it } from 'vitest'
import type { Producer, Transaction } from '../src/index.ts'
import { committedValues } from './committed-values.ts'
import { randomFrom } from './model-links.ts'
import { producersUnderTest } from './producers.ts'
import { transactionRequests } from './transaction-requests.ts'

const id = 'stormy'
const transactionsPerStorm = 30

describe('transactions in a storm', () => {
  const producerFor = producersUnderTest()
  const firstSeed = Number(process.env['HEADWATER_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

  it(`tell the truth about every one, whatever is lost or late (seeds from ${firstSeed})`, async () => {
    const ends: Record<string, number> = {}
    for (let seed = firstSeed; seed < firstSeed + 6; seed++) {
      const random = randomFrom(seed)
      await using kafka = await startKafka({ brokers: 3, topics: { orders: { partitions: 3 }, input: {} } })
      const open = (): Producer =>
        producerFor(kafka, {
          transactionalId: id,
          maxBlockMs: 4000,
          requestTimeoutMs: 150,
          deliveryTimeoutMs: 3000,
        })
      let producer = open()
      for (const api of transactionRequests) {
        kafka.faults.on(api).loseRequest().probability(0.04, seed).maybe()
        kafka.faults
          .on(api)
          .loseResponse()
          .probability(0.04, seed + 1)
          .maybe()
        kafka.faults
          .on(api)
          .delayRequest(250)
          .probability(0.02, seed + 2)
          .maybe()
      }
      const sure: string[] = []
      const unknown: string[][] = []
      for (let number = 0; number < transactionsPerStorm; number++) {
        const values = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, i) => `${number}.${i}`)
        const stop = new AbortController()
        if (random() < 0.1) kafka.txn(id).moveCoordinator(1 + Math.floor(random() * 3))
        if (random() < 0.1) kafka.partition('orders', 0).moveLeader(1 + Math.floor(random() * 3))
        const [throws, stops, commitsOffsets] = [random() < 0.15, random() < 0.1, random() < 0.3]
        const work = async (tx: Transaction): Promise<void> => {
          const sending = values.map((value, i) => tx.send({ topic: 'orders', partition: i % 3, value }))
          if (random() < 0.5) await Promise.all(sending)
          if (commitsOffsets)
            await tx.commitConsumed({ group: 'g', consumed: [{ topic: 'input', partition: 0, offset: 1n }] })
          if (stops) stop.abort()
          if (throws) throw new Error('own')
        }
        let end = 'committed'
        try {
          await producer.transaction(work, { signal: stop.signal })
          sure.push(...values)
        } catch (thrown) {
          end = (thrown as { code?: string }).code ?? (thrown as Error).message
          if (end === 'TRANSACTION_UNKNOWN') unknown.push(values)
        }
        ends[end] = (ends[end] ?? 0) + 1
        if (end === 'PRODUCER_FENCED') {
          // An InitProducerId that is read late counts the epoch up behind its own sender; a service would open anew.
          await producer.close({ timeoutMs: 4000 })
          producer = open()
        }
      }
      kafka.faults.clear()
      await producer.close({ timeoutMs: 4000 })
      // The next with the id ends what was left open.
      const next = producerFor(kafka, { transactionalId: id })
      await next.transaction((tx) => tx.send({ topic: 'orders', value: 'last' }))
      sure.push('last')
      const found = await committedValues(kafka, 'orders')
      const counts = new Map<string, number>()
      for (const value of found) counts.set(value, (counts.get(value) ?? 0) + 1)
      expect(
        [...counts].filter(([, count]) => count > 1),
        `doubled, seed ${seed}`,
      ).toEqual([])
      expect(
        sure.filter((value) => !counts.has(value)),
        `lost, seed ${seed}`,
      ).toEqual([])
      for (const values of unknown) {
        const seen = values.filter((value) => counts.has(value))
        expect([0, values.length], `torn, seed ${seed}`).toContain(seen.length)
        for (const value of seen) counts.delete(value)
      }
      for (const value of sure) counts.delete(value)
      expect([...counts.keys()], `seen though aborted, seed ${seed}`).toEqual([])
    }
    console.log(`${6 * transactionsPerStorm} transactions: ${JSON.stringify(ends)}`)
    expect(ends['committed']).toBeGreaterThan(3 * transactionsPerStorm)
  }, 120_000)
})
