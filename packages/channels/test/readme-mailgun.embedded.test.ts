import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

/** What the README's first example has already made. */
const before = `
import { fileClaimChecks } from '@headwater/channels'
import { startKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'

await using kafka = await startKafka({ topics: { 'ingestion.raw.messages': {} } })
await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
const codec = { contentType: 'application/json', encode: (_topic, value) => Buffer.from(JSON.stringify(value)) }
const claimCheck = fileClaimChecks(new URL('mails', import.meta.url).pathname)
const signingKey = 'key of the account'
`

/** A mail as Mailgun sends it, and once more with a signature of somebody else. */
const visit = `
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
if (!server.listening) await once(server, 'listening')
for (const key of [signingKey, 'another key']) {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', key).update(timestamp + 'a token').digest('hex')
  const mail = 'From: Desk <desk@example.com>\\r\\nSubject: Order 17\\r\\n\\r\\nWhere is it?\\r\\n'
  const body = new URLSearchParams({ timestamp, token: 'a token', signature, 'body-mime': mail })
  console.log((await fetch('http://127.0.0.1:' + server.address().port, { method: 'POST', body })).status)
}
for (const { key, value } of await kafka.records('ingestion.raw.messages')) {
  console.log(String(Buffer.from(key)), JSON.parse(String(Buffer.from(value))).payload.subject)
}
server.close()
server.closeAllConnections()
`

it('runs the example of mails from providers', async () => {
  const blocks = [...readme.matchAll(/```ts\n([^]*?)```/g)].map((each) => each[1] ?? '')
  const found = blocks.filter((each) => each.includes('= mailgunChannel({'))
  expect(found).toHaveLength(1)
  mkdirSync(new URL('.cache/', root), { recursive: true })
  const file = fileURLToPath(new URL('.cache/readme-mailgun.ts', root))
  // Any port that is free.
  writeFileSync(file, [before, (found[0] ?? '').replace('8080', '0'), visit].join('\n'))
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    file,
  ])
  expect(stderr).toBe('')
  expect(stdout.split('\n')).toEqual(['200', '401', 'desk@example.com Order 17', ''])
})
