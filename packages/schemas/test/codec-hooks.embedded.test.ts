import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createAvroCodec,
  createRegistry,
  type CodecFailure,
  type CodecHooks,
  type CodecOperation,
  type SchemaWait,
} from '../src/index.ts'

const order = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }] }
const bill = { type: 'record', name: 'Bill', fields: [{ name: 'id', type: 'string' }] }

let server: EmbeddedRegistry
beforeEach(async () => {
  server = await startRegistry()
})
afterEach(() => server.close())

function watch(): {
  readonly hooks: CodecHooks
  readonly operations: CodecOperation[]
  readonly failures: CodecFailure[]
  readonly waits: SchemaWait[]
} {
  const [operations, failures, waits]: [CodecOperation[], CodecFailure[], SchemaWait[]] = [[], [], []]
  const hooks: CodecHooks = {
    onOperation: (done) => void operations.push(done),
    onFailure: (failure) => void failures.push(failure),
    onSchemaWait: (wait) => void waits.push(wait),
  }
  return { hooks, operations, failures, waits }
}

describe('CodecHooks', () => {
  it('see what an Avro codec waits for: its topics, and schemas that come up in records', async () => {
    const { hooks, operations, waits } = watch()
    const registry = createRegistry({ url: server.url })
    const theirs = await createAvroCodec({ registry, topics: { bills: bill } })
    const codec = await createAvroCodec({ registry, topics: { orders: order }, hooks })
    expect(waits).toEqual([
      { reason: 'warm-up', durationMs: expect.any(Number) as unknown, error: undefined },
    ])
    const foreign = theirs.encode('bills', { id: 'b' })
    for (let n = 0; n < 2; n++) await codec.decodeAsync(foreign, { topic: 'bills' })
    expect(waits.map(({ reason, error }) => [reason, error])).toEqual([
      ['warm-up', undefined],
      ['load', undefined],
    ])
    codec.decode(codec.encode('orders', { id: 'o' }), { topic: 'orders' })
    expect(operations.map(({ operation, topic, bytes }) => [operation, topic, bytes])).toEqual([
      ['decode', 'bills', 7],
      ['decode', 'bills', 7],
      ['encode', 'orders', 7],
      ['decode', 'orders', 7],
    ])
    expect(codec.topics.get('orders')?.subject).toBe('orders-value')
  })

  it('see a decode fail whose schema cannot be had, and an encode of a value that does not fit', async () => {
    const { hooks, failures, waits } = watch()
    const registry = createRegistry({ url: server.url })
    const codec = await createAvroCodec({ registry, topics: { orders: order }, hooks })
    const unknown = Buffer.from([0, 0, 0, 0, 99, 2, 65])
    await expect(codec.decodeAsync(unknown, { topic: 'orders' })).rejects.toThrow()
    await expect(codec.decodeAsync(Buffer.from('{}'))).rejects.toThrow()
    expect(() => codec.encode('orders', {})).toThrow()
    const failed = (operation: string, topic: string | undefined, code: string): unknown => ({
      operation,
      topic,
      error: expect.objectContaining({ code }) as unknown,
    })
    expect(failures).toEqual([
      failed('decode', 'orders', 'REGISTRY_NOT_FOUND'),
      failed('decode', undefined, 'NOT_CONFLUENT_FRAMED'),
      failed('encode', 'orders', 'VALUE_INVALID'),
    ])
    expect(waits.at(-1)).toMatchObject({ reason: 'load', error: { code: 'REGISTRY_NOT_FOUND' } })
  })

  it('see a warm-up fail', async () => {
    const { hooks, waits } = watch()
    server.faults.on('POST /subjects/*/versions').reply(500)
    const registry = createRegistry({ url: server.url, retries: 0 })
    await expect(createAvroCodec({ registry, topics: { orders: order }, hooks })).rejects.toThrow()
    expect(waits).toMatchObject([{ reason: 'warm-up', error: { code: 'REGISTRY_UNAVAILABLE' } }])
  })
})
