import { startKafka } from '@headwater/embedded'
import { describe, expect, it } from 'vitest'
import {
  createProducer,
  createSharedProducers,
  sharedProducer,
  type Producer,
  type ProducerOptions,
} from '../../src/index.ts'

const optionsFor = (bootstrapServers: string): ProducerOptions => ({
  connection: { brokers: bootstrapServers.split(','), clientId: 'shared' },
  lingerMs: 0,
})

describe('sharedProducer', () => {
  it('gives the same producer for the same options, and one id and connection serve all', async () => {
    await using kafka = await startKafka({ topics: { orders: {} } })
    const producers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const producer = sharedProducer(optionsFor(kafka.bootstrapServers))
        await producer.send({ topic: 'orders', value: 'x' })
        return producer
      }),
    )
    expect(new Set(producers).size).toBe(1)
    expect(producers[0]!.stats()).toMatchObject({ delivered: 20, connections: 1 })
    expect(kafka.journal.count('InitProducerId')).toBe(1)
    await producers[0]!.close()
  })

  it('gives another producer for other options', async () => {
    const one = sharedProducer(optionsFor('127.0.0.1:1'))
    const other = sharedProducer({ ...optionsFor('127.0.0.1:1'), lingerMs: 5 })
    expect(other).not.toBe(one)
    await Promise.all([one.close(), other.close()])
  })

  it('makes another once one is closing, for whoever asks next', async () => {
    await using kafka = await startKafka({ topics: { orders: {} } })
    const options = optionsFor(kafka.bootstrapServers)
    const first = sharedProducer(options)
    await first.send({ topic: 'orders', value: '1' })
    const closing = first.close()
    const second = sharedProducer(options)
    expect(second).not.toBe(first)
    expect(sharedProducer(options)).toBe(second)
    await closing
    expect(sharedProducer(options)).toBe(second)
    expect(await second.send({ topic: 'orders', value: '2' })).toMatchObject({ offset: 1n })
    await second.close()
  })
})

describe('createSharedProducers', () => {
  it('makes producers with what it is given, so that a test can give its own', async () => {
    const made: Producer[] = []
    const shared = createSharedProducers((options) => {
      const producer = createProducer(options)
      made.push(producer)
      return producer
    })
    const producer = shared(optionsFor('127.0.0.1:1'))
    expect(made).toEqual([producer])
    expect(shared(optionsFor('127.0.0.1:1'))).toBe(producer)
    expect(sharedProducer(optionsFor('127.0.0.1:1'))).not.toBe(producer)
    await Promise.all([producer.close(), sharedProducer(optionsFor('127.0.0.1:1')).close()])
  })

  it('remembers nothing of one that could not be made', async () => {
    let broken = true
    const shared = createSharedProducers((options) => {
      if (broken) throw new Error('not today')
      return createProducer(options)
    })
    expect(() => shared(optionsFor('127.0.0.1:1'))).toThrow('not today')
    broken = false
    await shared(optionsFor('127.0.0.1:1')).close()
  })
})
