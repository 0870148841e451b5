import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runHeadwater } from './run-headwater.ts'

const run = promisify(execFile)
const packageFolder = fileURLToPath(new URL('../', import.meta.url))
const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))

const orderPlaced = {
  type: 'record',
  name: 'OrderPlaced',
  'x-event': 'order.placed',
  fields: [
    { name: 'orderId', type: 'string' },
    { name: 'totalCents', type: 'long' },
    { name: 'currency', type: { type: 'enum', name: 'Currency', symbols: ['EUR', 'USD'] }, default: 'EUR' },
    { name: 'discount', type: ['null', 'int', 'double'], default: null },
  ],
}

const program = `
import { startKafka } from '@headwater/embedded'
import { createPublisher, defineEvents, type EventDefinition } from '@headwater/events'
import { createProducer } from '@headwater/producer'
import { createAvroCodec, createRegistry } from '@headwater/schemas'
import { eventSchemas, type EventInputs, type Events } from './events.ts'

const events = defineEvents({
  'order.placed': { topic: 'orders', key: (order) => order.orderId, version: '1' },
} satisfies { readonly [Name in keyof EventInputs]: EventDefinition<EventInputs[Name]> })

await using kafka = await startKafka({ registry: true, topics: { orders: {} } })
await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
const registry = createRegistry({ url: kafka.registryUrl })
const codec = await createAvroCodec({ registry, topics: { orders: eventSchemas['order.placed'] } })
const publisher = createPublisher({ producer, events, codec, source: '/shop', producerId: 'shop' })

await publisher.publish('order.placed', { orderId: 'o-1', totalCents: 1990 })
await publisher.publish('order.placed', { orderId: 'o-2', totalCents: 5, currency: 'USD', discount: { double: 0.5 } })
const refused = [
  // @ts-expect-error: no such symbol
  publisher.tryPublish('order.placed', { orderId: 'o-3', totalCents: 5, currency: 'XXX' }),
  // @ts-expect-error: a field is missing
  publisher.tryPublish('order.placed', { orderId: 'o-4' }),
  // @ts-expect-error: no such field
  publisher.tryPublish('order.placed', { orderId: 'o-5', totalCents: 5, total: 5 }),
  // @ts-expect-error: the union is a wrapped one
  publisher.tryPublish('order.placed', { orderId: 'o-6', totalCents: 5, discount: 5 }),
]
// @ts-expect-error: no such event
const unknown = publisher.tryPublish('order.paid', { orderId: 'o-7', totalCents: 5 })
for (const result of await Promise.all([...refused, unknown])) console.log(result.status)
for (const { value } of await kafka.records('orders')) {
  const order = codec.decode(value!, { topic: 'orders' }) as Events['order.placed']
  console.log(JSON.stringify(order))
}
`

let folder: string
beforeAll(() => {
  mkdirSync(join(packageFolder, '.cache'), { recursive: true })
  folder = mkdtempSync(join(packageFolder, '.cache/publish-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('headwater schemas types', () => {
  it('types a publish from the schema to the log: what the compiler refuses never gets there', async () => {
    writeFileSync(join(folder, 'order-placed.avsc'), JSON.stringify(orderPlaced))
    writeFileSync(join(folder, 'publish.ts'), program)
    const config = {
      extends: '../../../../tsconfig.base.json',
      compilerOptions: { noEmit: true },
      include: ['.'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const args = ['schemas', 'types', '--cwd', folder, '--out', 'events.ts', 'order-placed.avsc']
    expect((await runHeadwater(args)).exitCode).toBe(0)

    const compiled = await run(process.execPath, [compiler, '-p', folder, '--pretty', 'false']).catch(
      (error: { readonly stdout: string }) => error,
    )
    expect(compiled.stdout).toBe('')
    const { stdout } = await run(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      join(folder, 'publish.ts'),
    ])
    expect(stdout.trim().split('\n')).toEqual([
      ...Array.from({ length: 5 }, () => 'invalid'),
      '{"orderId":"o-1","totalCents":1990,"currency":"EUR","discount":null}',
      '{"orderId":"o-2","totalCents":5,"currency":"USD","discount":{"double":0.5}}',
    ])
  }, 60_000)
})
