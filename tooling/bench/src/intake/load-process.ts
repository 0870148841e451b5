/**
 * Sends WhatsApp webhooks to an intake at a steady rate, whether it answers or not, from a process of its own: who
 * measures must not stand still together with what is measured. Prints what became of each as JSON.
 *
 *     node load-process.ts <url> <secret> <webhooks a second> <seconds>
 */
import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'

const [url = '', secret = '', rate = '', seconds = ''] = process.argv.slice(2)
const perSecond = Number(rate)
const total = perSecond * Number(seconds)
/** Sends are due in ticks of this length. */
const tickMs = 10
const agent = new Agent({ keepAlive: true, maxSockets: 256 })

/** What became of one webhook. */
export interface LoadAnswer {
  readonly id: string
  /** Milliseconds from the start of the load until it was due. */
  readonly atMs: number
  /** 0 where there was no answer at all. */
  readonly status: number
  /** Milliseconds from when it was due to its answer: waiting for a connection counts. */
  readonly tookMs: number
}

function post(id: string, dueMs: number, startMs: number): Promise<LoadAnswer> {
  const message = {
    from: `49170${id}`,
    id,
    timestamp: '1772439300',
    type: 'text',
    text: { body: 'Where is it?' },
  }
  const value = { messaging_product: 'whatsapp', metadata: { phone_number_id: '1065' }, messages: [message] }
  const entry = [{ id: '1022', changes: [{ field: 'messages', value }] }]
  const body = Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry }))
  const headers = {
    'content-type': 'application/json',
    'content-length': body.byteLength,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }
  return new Promise((resolve) => {
    const end = (status: number): void =>
      resolve({ id, atMs: dueMs - startMs, status, tookMs: performance.now() - dueMs })
    const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => end(answer.statusCode ?? 0))
      answer.once('error', () => end(0))
    })
    asked.once('error', () => end(0))
    asked.end(body)
  })
}

const startMs = performance.now()
const answers: Promise<LoadAnswer>[] = []
while (answers.length < total) {
  const due = Math.min(total, Math.floor(((performance.now() - startMs) / 1000) * perSecond))
  while (answers.length < due) {
    const dueMs = startMs + (answers.length / perSecond) * 1000
    answers.push(post(`wamid.${answers.length}`, dueMs, startMs))
  }
  await new Promise((resolve) => setTimeout(resolve, tickMs))
}
const done = await Promise.all(answers)
agent.destroy()
process.stdout.write(JSON.stringify(done))
