/**
 * Runs in an empty folder into which the packed packages were installed, on the oldest Node too: so it is plain
 * JavaScript. Loads every package that is named on the command line, reads a mail in a thread, then sends one record
 * and reads it back.
 */
import assert from 'node:assert/strict'

for (const name of process.argv.slice(2)) {
  const door = await import(name)
  console.log(`${name}: ${Object.keys(door).length} exports`)
}

// Large mails are read in a thread, whose code is a file of its own in the package.
const { createMailParser } = await import('@headwater/channels')
const parser = createMailParser({ inlineBytes: 0 })
try {
  const mail = await parser.parse(Buffer.from('Subject: in a thread\r\n\r\nhello\r\n'))
  assert.equal(mail.kind === 'mail' && mail.subject, 'in a thread')
} finally {
  await parser.close()
}

const { startKafka } = await import('@headwater/embedded')
const { createProducer } = await import('@headwater/producer')
const kafka = await startKafka({ topics: { orders: { partitions: 1 } } })
const producer = createProducer({
  connection: { brokers: kafka.bootstrapServers.split(','), clientId: 'smoke' },
})
try {
  const receipt = await producer.send({ topic: 'orders', key: 'o-17', value: 'placed' })
  assert.equal(receipt.offset, 0n)
  assert.equal((await kafka.records('orders')).length, 1)
  console.log(`sent and found at offset ${receipt.offset} on Node ${process.version}`)
} finally {
  await producer.close()
  await kafka[Symbol.asyncDispose]()
}
