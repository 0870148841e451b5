import { closeOnSignal, createProducer, type Producer } from '../../src/index.ts'

// A process of its own, started by close-on-signal.embedded.test.ts: only so can be seen how it ends.
const [, , bootstrapServers, mode] = process.argv
const connection = { brokers: bootstrapServers!.split(',') }
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const closing = (producer: Producer, name: string): Producer => {
  closeOnSignal(producer, {
    timeoutMs: mode === 'undelivered' || mode === 'throws' ? 200 : 5000,
    reraise: mode !== 'no reraise',
    onUndelivered: async (undelivered) => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      if (mode === 'throws') throw new Error('the disk is full')
      say(`${name} undelivered ${undelivered.map(({ record }) => String(record.value)).join()}`)
    },
  })
  return producer
}

const first = closing(createProducer({ connection, lingerMs: 60_000 }), 'first')
const producers = [first]
if (mode === 'two') producers.push(closing(createProducer({ connection, lingerMs: 60_000 }), 'second'))
// Something else that would hold the process for ever, as a server does.
const server = setInterval(() => undefined, 1000)
if (mode === 'no reraise') server.unref()
if (mode === 'other listener') {
  process.once('SIGTERM', () => {
    say('the other heard')
    clearInterval(server)
  })
}
for (const [index, producer] of producers.entries()) {
  await producer.ready()
  for (const i of [1, 2, 3]) void producer.trySend({ topic: 'orders', value: `${index}.${i}` })
}
// Nothing of it has left: it lingers.
say('ready')
