import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkEvolution,
  checkReaderWriter,
  generateTypes,
  parseSchema,
  AvroSchemaError,
} from '@headwater/avro'
import { startKafka } from '@headwater/embedded'
import {
  CodecError,
  createAvroCodec,
  createJsonCodec,
  createRawCodec,
  createRegistry,
  RegistryError,
  SchemaValidationError,
  standardLogicalTypes,
  type Codec,
  type RegistryOptions,
} from '@headwater/schemas'

const order = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'total', type: 'long' },
    { name: 'placed', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
}

test('an Avro codec writes what Confluent clients read, and says what does not fit', async () => {
  await using kafka = await startKafka({ registry: true })
  const options: RegistryOptions = {
    url: kafka.registryUrl,
    timeoutMs: 10_000,
    attemptTimeoutMs: 5000,
    retries: 2,
    retryBackoffMs: 10,
    latestTtlMs: 1000,
  }
  const registry = createRegistry(options)
  const codec = await createAvroCodec({
    registry,
    topics: { orders: order },
    subjectNameStrategy: 'topic',
    autoRegister: true,
    logicalTypes: standardLogicalTypes,
    long: 'number',
    wrapUnions: 'auto',
  })
  const placed = new Date('2026-03-02T08:15:00Z')
  const bytes = codec.encode('orders', { id: 'o-17', total: 1200, placed })
  assert.equal(bytes[0], 0)
  assert.deepEqual(structuredClone(codec.decode(bytes, { topic: 'orders' })), {
    id: 'o-17',
    total: 1200,
    placed,
  })
  assert.deepEqual(await registry.subjects(), ['orders-value'])
  const misfit = (): unknown => codec.encode('orders', { id: 'o-18', totl: 5 })
  assert.throws(misfit, (error) => error instanceof SchemaValidationError && error.problems.length > 0)
  assert.throws(
    () => codec.encode('payments', {}),
    (error) => error instanceof CodecError && error.code === 'TOPIC_UNKNOWN',
  )
  await assert.rejects(registry.schemaById(99), (error) => error instanceof RegistryError)
})

test('JSON and raw codecs share the shape of a codec', () => {
  const codecs: readonly Codec[] = [createJsonCodec(), createRawCodec()]
  assert.deepEqual(
    codecs.map(({ contentType }) => contentType),
    ['application/json', 'application/octet-stream'],
  )
  assert.deepEqual(codecs[0]?.decode(codecs[0].encode('orders', { a: [1] })), { a: [1] })
})

test('schemas are compared as registries do', () => {
  const v1 = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}'
  const v2 = v1.replace(']}', ',{"name":"total","type":"long"}]}')
  assert.equal(checkReaderWriter(v2, v1).compatible, false)
  assert.equal(checkEvolution({ proposed: v2, previous: [v1], mode: 'BACKWARD' }).compatible, false)
  assert.equal(checkEvolution({ proposed: v2, previous: [v1], mode: 'FORWARD' }).compatible, true)
  assert.throws(() => parseSchema('{"type":"recrd"}'), AvroSchemaError)
  assert.match(generateTypes([{ name: 'order.avsc', text: v1 }]), /export interface Order /)
})
