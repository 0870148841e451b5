import { createHmac } from 'node:crypto'
import { repeat } from './repeat.ts'
import { mailgunKey, type WatchedServices } from './watched-services.ts'

const topic = 'work'

/** What goes on all the time, whatever else happens. */
export function startFlows({ intake, workers, codec }: WatchedServices): AsyncDisposable {
  let number = 0
  const record = () => ({ topic, key: `k-${number % 7}`, value: `v-${number++}` })
  const { transacting, ...senders } = workers
  const flows = new AsyncDisposableStack()
  flows.use(repeat(100, () => post(intake.url, '/channels/email', mail(number++))))
  // The provider sends the same mail again and again.
  flows.use(repeat(500, () => post(intake.url, '/channels/email/mailgun/mime', signed(`t-${number++}`))))
  for (const worker of Object.values(senders)) flows.use(repeat(100, () => worker.send(record())))
  flows.use(repeat(200, () => transacting.transaction((transaction) => transaction.send(record()))))
  flows.use(repeat(100, () => codec.encode(topic, { id: number })))
  return flows
}

/** Single clients are in trouble, and one broker of three is stopped, until `until` resolves. */
export async function makeTrouble(services: WatchedServices, until: () => Promise<void>): Promise<void> {
  const { kafka, intake, workers, codec, lostRegistry, lone } = services
  await using trouble = new AsyncDisposableStack()
  // Somebody posts what is no mail, and somebody forges webhooks.
  trouble.use(repeat(100, () => post(intake.url, '/channels/email', 'no header in it')))
  const forged = new URLSearchParams({ timestamp: '1700000000', token: 'a', signature: 'f'.repeat(64) })
  trouble.use(repeat(100, () => post(intake.url, '/channels/email/mailgun', forged)))
  // A sender without patience, whose answers come late.
  kafka.faults.on('Produce', { topic, clientId: 'slow' }).delayResponse(1500).always()
  const impatient = { topic, key: 'k', value: 'v' }
  trouble.use(repeat(300, () => workers.slow.send(impatient, { signal: AbortSignal.timeout(200) })))
  kafka.faults.on('Produce', { topic, clientId: 'steady' }).loseResponse().probability(0.3, 1)
  kafka.faults
    .on('Produce', { topic, clientId: 'renewed' })
    .reply('INVALID_PRODUCER_EPOCH')
    .probability(0.1, 1)
  trouble.use(
    repeat(200, () =>
      workers.transacting.transaction(() => Promise.reject(new Error('the work of this transaction fails'))),
    ),
  )
  trouble.use(repeat(100, () => codec.encode(topic, { id: 'no number' })))
  trouble.use(repeat(200, () => lostRegistry.schemaById(1)))
  const quota = kafka.throttle({ clientId: 'throttled' }, 300)
  trouble.defer(() => quota.lift())
  await kafka.broker(2).stop()
  trouble.defer(() => kafka.broker(2).start())
  trouble.defer(() => kafka.faults.clear())
  await lone.close()
  trouble.defer(() => lone.open())
  await until()
}

/** No broker answers anything until `until` resolves. */
export async function freeze({ kafka, workers }: WatchedServices, until: () => Promise<void>): Promise<void> {
  const large = { topic, key: 'k', value: 'v'.repeat(400) }
  await using frozen = new AsyncDisposableStack()
  frozen.use(repeat(100, () => workers.tight.send(large)))
  frozen.use(repeat(100, () => workers.tight.post(large)))
  frozen.use(repeat(100, () => workers.spooling.send(large)))
  for (const broker of [1, 2, 3].map((id) => kafka.broker(id))) {
    broker.freeze()
    frozen.defer(() => broker.thaw())
  }
  await until()
}

const mail = (number: number): string =>
  [
    'From: visitor@example.com',
    'To: support@example.org',
    `Message-ID: <${number}@example.com>`,
    '',
    'Where is my order?',
    '',
  ].join('\r\n')

function signed(token: string): URLSearchParams {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', mailgunKey).update(timestamp).update(token).digest('hex')
  const envelope = { recipient: 'support@example.org', sender: 'visitor@example.com' }
  return new URLSearchParams({ ...envelope, timestamp, token, signature, 'body-mime': mail(-1) })
}

async function post(url: string, path: string, body: string | URLSearchParams): Promise<void> {
  const raw = { 'content-type': 'message/rfc822', 'x-envelope-to': 'support@example.org' }
  const headers = typeof body === 'string' ? raw : {}
  const response = await fetch(`${url}${path}`, { method: 'POST', body, headers })
  await response.arrayBuffer()
}
