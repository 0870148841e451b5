import { subscribe } from 'node:diagnostics_channel'
import { createProducer } from '../src/index.ts'

// A process of its own, started by hook-channels.test.ts: what Node does about a subscriber that throws ends a process.
if (process.argv[2] === 'handled')
  process.on('uncaughtException', ({ message }) => console.log(`uncaught: ${message}`))
subscribe('headwater:producer:settled', () => {
  throw new Error('subscriber')
})
subscribe('headwater:producer:settled', () => console.log('the next one is called'))
const producer = createProducer({ connection: { brokers: ['127.0.0.1:1'] } })
// Refused at once, so no broker is needed.
const result = await producer.trySend({ topic: 'no topic', value: '' })
console.log(result.status)
await producer.close({ timeoutMs: 0 })
