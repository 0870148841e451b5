import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

/** A block of the README, by the function that it is about. */
function blockWith(call: string): string {
  const blocks = [...readme.matchAll(/```ts\n([^]*?)```/g)].map((each) => each[1] ?? '')
  const found = blocks.filter((each) => each.includes(call))
  expect(found, call).toHaveLength(1)
  // Any port that is free.
  return (found[0] ?? '').replaceAll(/\b808\d\b/g, '0')
}

/** Sends a webhook to both servers as Meta does, and ends. */
const visit = `
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
if (!server.listening) await once(server, 'listening')
const body = JSON.stringify({
  object: 'whatsapp_business_account',
  entry: [{ id: '1', changes: [{ field: 'messages', value: {
    metadata: { phone_number_id: '106540000000001' },
    messages: [{ id: 'wamid.1', from_user_id: 'DE.1001', type: 'text', timestamp: '1', text: { body: 'hello' } }],
  } }] }],
})
const signature = 'sha256=' + createHmac('sha256', 'the secret of the app').update(body).digest('hex')
const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
const byFastify = 'http://127.0.0.1:' + app.server.address().port + '/hooks/whatsapp'
for (const url of ['http://127.0.0.1:' + server.address().port, byFastify]) {
  console.log((await fetch(url, { method: 'POST', headers, body })).status)
  console.log((await fetch(url, { method: 'POST', headers, body: body + ' ' })).status)
}
const question = '?hub.mode=subscribe&hub.challenge=42&hub.verify_token=' + encodeURIComponent('what Meta is told to send')
console.log(await (await fetch(byFastify + question)).text())
const records = await kafka.records('ingestion.raw.messages')
console.log(records.map((each) => String(Buffer.from(each.key ?? []))).join())
server.close()
server.closeAllConnections()
await app.close()
`

it('runs the examples of WhatsApp, by node:http and by Fastify', { timeout: 60_000 }, async () => {
  const channel = blockWith('= whatsAppChannel({')
  const program = [channel, blockWith('webhookHandler(whatsapp'), blockWith('webhookPlugin(whatsapp'), visit]
  mkdirSync(new URL('.cache/', root), { recursive: true })
  const file = fileURLToPath(new URL('.cache/readme-webhooks.ts', root))
  writeFileSync(file, program.join('\n'))
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    file,
  ])
  expect(stderr).toBe('')
  expect(stdout.split('\n')).toEqual([
    '200 published 1',
    '200',
    '401 unauthorised 0',
    '401',
    '200',
    '401',
    '42',
    '106540000000001:DE.1001,106540000000001:DE.1001',
    '',
  ])
})
