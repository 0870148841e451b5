import { readFileSync } from 'node:fs'
import { silentLogger, systemClock } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { defaults, resolveOptions } from '../src/engine/resolve-options.ts'
import { createProducer, type ProducerTuning } from '../src/index.ts'

const problemsOf = (options: unknown): string => {
  try {
    resolveOptions(options as ProducerTuning)
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS', retriable: false })
    return (error as Error).message
  }
  return 'none'
}

describe('resolveOptions', () => {
  it('fills in every default', () => {
    expect(resolveOptions({})).toEqual({
      ...defaults,
      maxWaitingBytes: defaults.bufferMemory,
      transactionalId: undefined,
      partitioner: undefined,
      topics: new Map(),
      hooks: [],
      published: true,
      clientId: undefined,
      logger: silentLogger,
      clock: systemClock,
    })
  })

  it('takes undefined for "not given"', () => {
    expect(resolveOptions({ lingerMs: undefined, acks: undefined })).toEqual(resolveOptions({}))
  })

  it('keeps what is given', () => {
    const given: ProducerTuning = {
      acks: 1,
      lingerMs: 1,
      batchSize: 2,
      bufferMemory: 3,
      maxWaitingBytes: 4,
      maxBlockMs: 5,
      deliveryTimeoutMs: 1000,
      requestTimeoutMs: 7,
      maxInFlightRequestsPerConnection: 8,
      enableIdempotence: false,
      compressionType: 'zstd',
      maxRequestSize: 1000,
      retryBackoffMs: 9,
      retryBackoffMaxMs: 10,
      metadataMaxAgeMs: 11,
      transactionTimeoutMs: 12,
      partitioner: () => 0,
      logger: { ...silentLogger },
      clock: { ...systemClock },
    }
    expect(resolveOptions(given)).toEqual({
      ...given,
      transactionalId: undefined,
      topics: new Map(),
      hooks: [],
      published: true,
      clientId: undefined,
    })
    expect(resolveOptions({ transactionalId: 't' }).transactionalId).toBe('t')
  })

  it('lets maxWaitingBytes follow bufferMemory', () => {
    expect(resolveOptions({ bufferMemory: 1000 }).maxWaitingBytes).toBe(1000)
  })

  it('takes one object of hooks or several', () => {
    const hooks = { onSettled: () => undefined }
    expect(resolveOptions({ hooks }).hooks).toEqual([hooks])
    expect(resolveOptions({ hooks: [hooks, {}] }).hooks).toEqual([hooks, {}])
  })

  it.each([
    [{ acks: 1 }, /^.*acks 1 contradicts idempotence/],
    [{ lingerMS: 5 } as never, /lingerMS is not an option/],
    [{ transactionalId: '' }, /transactionalId must be a text that is not empty/],
    [{ transactionalId: 5 }, /transactionalId must be a text that is not empty/],
    [{ transactionalId: 'é'.repeat(16_384) }, /transactionalId has 32768 bytes; Kafka takes 32767/],
    [{ transactionalId: 't', enableIdempotence: false }, /transactionalId needs idempotence/],
    [{ transactionalId: 't', enableIdempotence: false, acks: 1 }, /transactionalId needs acks 'all', not 1/],
    [
      { transactionalId: 't', onRejected: { deadLetterTopic: 'd' } },
      /onRejected contradicts transactionalId/,
    ],
    [{ transactionalId: 't', onUnavailable: { spool: 's' } }, /onUnavailable contradicts transactionalId/],
    [{ transactionTimeoutMs: 0 }, /transactionTimeoutMs must be a whole number from 1/],
    [{ acks: 2, enableIdempotence: false }, /acks must be 'all', 1 or 0, not 2/],
    [
      { maxInFlightRequestsPerConnection: 6 },
      /maxInFlightRequestsPerConnection above 5 contradicts idempotence/,
    ],
    [
      { deliveryTimeoutMs: 1000 },
      /deliveryTimeoutMs \(1000\) is below lingerMs \+ requestTimeoutMs \(30000\)/,
    ],
    [
      { compressionType: 'brotli' },
      /compressionType must be one of none, gzip, snappy, lz4, zstd, not brotli/,
    ],
    [{ enableIdempotence: 'false' }, /enableIdempotence must be true or false/],
    [{ partitioner: 'murmur2' }, /partitioner must be a function/],
    [{ lingerMs: -1 }, /lingerMs must be a whole number from 0/],
    [{ batchSize: 1.5 }, /batchSize must be a whole number/],
    [{ bufferMemory: 0 }, /bufferMemory must be a whole number from 1/],
    [{ maxWaitingBytes: Number.NaN }, /maxWaitingBytes must be a whole number/],
    [{ maxBlockMs: '5' }, /maxBlockMs must be a whole number/],
    [{ requestTimeoutMs: 0 }, /requestTimeoutMs must be a whole number from 1/],
    [
      { maxInFlightRequestsPerConnection: 0 },
      /maxInFlightRequestsPerConnection must be a whole number from 1/,
    ],
    [{ maxRequestSize: 60 }, /maxRequestSize must be a whole number from 128/],
    [{ retryBackoffMs: Infinity }, /retryBackoffMs must be a whole number/],
    [{ retryBackoffMaxMs: null }, /retryBackoffMaxMs must be a whole number/],
    [{ metadataMaxAgeMs: 0 }, /metadataMaxAgeMs must be a whole number from 1/],
    [null, /options must be an object, not null/],
    ['localhost:9092', /options must be an object, not localhost:9092/],
    [{ hooks: null }, /hooks must be an object of functions, or a list of such objects, not null/],
    [{ hooks: [{}, null] }, /hooks must be an object of functions, or a list of such objects, not null/],
    [{ hooks: { onSettled: 5 } }, /hooks.onSettled must be a function/],
    [{ logger: null }, /logger.debug must be a function/],
    [{ logger: { ...silentLogger, warn: undefined } }, /logger.warn must be a function/],
    [{ clock: { now: Date.now } }, /clock.monotonic must be a function; clock.schedule must be a function/],
    [{ links: null }, /links.seeds must be a function; links.open .*; links.close/],
    [{ kafka: null }, /kafka must be a client of kafkajs, not null/],
  ])('refuses %j', (options, message) => {
    expect(problemsOf(options)).toMatch(message)
  })

  it('names every problem at once', () => {
    const message = problemsOf({ lingerMs: -1, batchSize: -1, acks: 0 })
    for (const name of ['lingerMs', 'batchSize', 'acks']) expect(message).toContain(name)
  })

  it('is what createProducer refuses by', () => {
    expect(() => createProducer({ connection: { brokers: ['127.0.0.1:1'] }, lingerMs: -1 })).toThrow(
      /lingerMs/,
    )
  })
})

describe('ProducerTuning', () => {
  it('documents the defaults as they are', () => {
    const source = readFileSync(new URL('../src/producer-options.ts', import.meta.url), 'utf8')
    const documented = Object.fromEntries(
      [...source.matchAll(/@defaultValue (\S+)\s+\*\/\s+readonly (\w+)/g)].map(([, value, name]) => [
        name,
        value,
      ]),
    )
    for (const [name, value] of Object.entries(defaults)) {
      const text = typeof value === 'string' ? `\`'${value}'\`` : String(value)
      expect(`${name} ${documented[name]}`).toBe(`${name} ${text}`)
    }
  })
})
