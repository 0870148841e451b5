import * as channels from '@headwater/channels'
import * as embedded from '@headwater/embedded'
import * as events from '@headwater/events'
import * as metrics from '@headwater/metrics'
import * as producer from '@headwater/producer'
import * as schemas from '@headwater/schemas'
import * as avro from '@headwater/avro'
import * as config from '@headwater/config'
import * as base from '@headwater/base'

const doors = { channels, embedded, events, metrics, producer, schemas, avro, config, base }

/** What a fragment may take from the sentences around it, as declarations of TypeScript. */
const declared: Readonly<Record<string, string>> = {
  producer: `declare const producer: import('@headwater/producer').Producer`,
  connection: `declare const connection: import('@headwater/base').ConnectionSettings`,
  brokers: `declare const brokers: readonly string[]`,
  record: `declare const record: import('@headwater/producer').ProducerRecord`,
  signal: `declare const signal: AbortSignal`,
  codec: `declare const codec: import('@headwater/schemas').Codec`,
  registry: `declare const registry: import('@headwater/schemas').Registry`,
  kafka: `declare const kafka: import('@headwater/embedded').EmbeddedKafka`,
  claimCheck: `declare const claimCheck: import('@headwater/channels').ClaimCheckStore`,
  error: `declare const error: Error`,
  publisher: `import { createPublisher, defineEvents } from '@headwater/events'; const publisher = createPublisher({ ...({} as import('@headwater/events').PublisherOptions<any>), events: defineEvents({ 'order.placed': { topic: 'orders', version: '1', key: (order: { orderId: string; totalCents: number }) => order.orderId } }) })`,
  proposed: `declare const proposed: import('@headwater/avro').ParsedSchema`,
  previous: `declare const previous: import('@headwater/avro').ParsedSchema`,
  direction: `declare const direction: 'backward' | 'forward'`,
  EventInputs: `interface EventInputs { 'order.placed': { readonly orderId: string } }`,
  EventDefinition: `import type { EventDefinition } from '@headwater/events'`,
  consumer: `declare const consumer: import('kafkajs').Consumer`,
  handle: `declare function handle(message: import('kafkajs').KafkaMessage): Promise<void>`,
  whatsapp: `declare const whatsapp: ReturnType<typeof import('@headwater/channels').whatsAppChannel>`,
  consumed: `declare const topic: string, partition: number, offset: string, key: Buffer | null, value: Buffer | null, headers: Record<string, Buffer>, timestamp: number`,
  signingKey: `declare const signingKey: string`,
  createServer: `import { createServer } from 'node:http'`,
  readFile: `import { readFile } from 'node:fs/promises'`,
  writeSomewhereSafe: `declare function writeSomewhereSafe(records: readonly import('@headwater/producer').UndeliveredRecord[]): void`,
}

/** The same for fragments that run, against the cluster that is put in place of `localhost:9092`. */
const made: Readonly<Record<string, string>> = {
  connection: `const connection = { brokers: ['localhost:9092'] }`,
  producer: `import { createProducer as create } from '@headwater/producer'; await using producer = create({ connection: { brokers: ['localhost:9092'] } })`,
  codec: `import { createJsonCodec } from '@headwater/schemas'; const codec = createJsonCodec()`,
  record: `const record = { topic: 'orders', value: 'placed' }`,
  signal: `const { signal } = new AbortController()`,
  error: `const error = new Error('it cannot be read')`,
  consumed: `const topic = 'docs.ocr', partition = 0, offset = '7', key = Buffer.from('doc-7'), value = Buffer.from('{}'), headers = {}, timestamp = Date.now()`,
  publisher: `import { createPublisher, defineEvents } from '@headwater/events'; import { createProducer as create } from '@headwater/producer'; import { createJsonCodec } from '@headwater/schemas'; await using producer = create({ connection: { brokers: ['localhost:9092'] } }); const publisher = createPublisher({ producer, codec: createJsonCodec(), source: '/shop', producerId: 'shop', events: defineEvents({ 'order.placed': { topic: 'orders', version: '1', key: (order: { orderId: string; totalCents: number }) => order.orderId } }) })`,
}

/**
 * The line that stands before a fragment, so that it compiles: a declaration of this table, or the import of an
 * export of one of the packages. `undefined` where a name is neither.
 *
 * @param runs - whether the fragment runs, so that it needs more than declarations
 */
export function givenLine(name: string, runs: boolean): string | undefined {
  if (runs && made[name] !== undefined) return made[name]
  if (declared[name] !== undefined) return declared[name]
  const door = Object.entries(doors).find(([, exports]) => name in exports)?.[0]
  return door === undefined ? undefined : `import { ${name} } from '@headwater/${door}'`
}
