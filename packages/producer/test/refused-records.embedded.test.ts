import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BatchSent, SendResult } from '../src/index.ts'
import { producersUnderTest } from './producers.ts'

/** Records of a compacted topic, which need a key: those of the values here have none. */
const record = (value: string, keyless: readonly string[]) => ({
  topic: 'states',
  key: keyless.includes(value) ? null : 'k',
  value,
  partition: 0,
})
const numbers = Array.from({ length: 60 }, (_, i) => String(i))

describe('a record that a broker refuses', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ topics: { states: { config: { 'cleanup.policy': 'compact' } } } })
  })
  afterEach(() => kafka.close())

  const stored = async (): Promise<(string | undefined)[]> =>
    (await kafka.records('states')).map(({ value }) => value?.toString())
  const refusedOf = (results: readonly SendResult[]): string[] =>
    numbers.filter((_, index) => results[index]!.error?.code === 'INVALID_RECORD')

  it.each([true, false])(
    'does not take its neighbours with it (idempotence: %j)',
    async (enableIdempotence) => {
      // The whole batch was given up, although the answer names the records that it was refused for.
      const keyless = ['7', '30', '31', '59']
      const producer = producerFor(kafka, {
        enableIdempotence,
        maxInFlightRequestsPerConnection: enableIdempotence ? 5 : 1,
        batchSize: 1000,
      })
      const results = await producer.sendMany(numbers.map((value) => record(value, keyless)))
      expect(refusedOf(results)).toEqual(keyless)
      const well = numbers.filter((value) => !keyless.includes(value))
      expect(results.filter(({ status }) => status === 'delivered')).toHaveLength(well.length)
      expect(await stored()).toEqual(well)
      for (const { receipt } of results)
        if (receipt !== undefined)
          expect(well[Number(receipt.offset)]).toBe(
            numbers[results.findIndex((one) => one.receipt === receipt)],
          )
    },
  )

  it('costs no request of its own, however many there are', async () => {
    const batches: BatchSent[] = []
    const producer = producerFor(kafka, { hooks: { onBatchSent: (batch) => void batches.push(batch) } })
    await producer.send(record('warm', []))
    const before = kafka.journal.count('Produce')
    const keyless = numbers.filter((_, index) => index % 2 === 1)
    const results = await producer.sendMany(numbers.map((value) => record(value, keyless)))
    expect(refusedOf(results)).toEqual(keyless)
    expect(kafka.journal.count('Produce') - before).toBeLessThanOrEqual(3)
    expect(batches.at(-1)!.records).toBe(30)
  })

  it('says which it was in the words of the broker', async () => {
    const results = await producerFor(kafka).sendMany([record('1', []), record('2', ['2'])])
    expect(results[1]).toMatchObject({
      status: 'rejected',
      error: { code: 'INVALID_RECORD', retriable: false },
    })
    expect(results[1]!.error!.message).toMatch(/^the broker refused the record with INVALID_RECORD: .*key/i)
  })

  it('is rejected with its batch when all of them are bad', async () => {
    const results = await producerFor(kafka).sendMany(numbers.map((value) => record(value, numbers)))
    expect(refusedOf(results)).toEqual(numbers)
    expect(await stored()).toEqual([])
  })
})
