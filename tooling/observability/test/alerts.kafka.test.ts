import { findFreePorts } from '@headwater/kafka'
import { describe, expect, it } from 'vitest'
import { alertRules } from '../src/alert-rules.ts'
import { canRunPrometheus } from '../src/can-run-prometheus.ts'
import { startPrometheus } from '../src/start-prometheus.ts'
import { AlertWatch } from './alert-watch.ts'
import { repeat } from './repeat.ts'
import { startWatchedServices, type WatchedServices } from './watched-services.ts'

const runs = await canRunPrometheus()
/** Minutes are seconds. */
const factor = 1 / 60

/** What must fire while single clients are in trouble and one broker of three is stopped. */
const inTrouble = [
  'IntakeSignaturesFail',
  'KafkaDeadLetters',
  'KafkaProducerErrors',
  'KafkaProducerLateOutcomes',
  'KafkaProducerOutcomesUnknown',
  'KafkaProducerRecreated',
  'KafkaProducerRetries',
  'KafkaProducerSlow',
  'KafkaProducerTargetDown',
  'KafkaProducerThrottled',
]

/** What must fire while all brokers are frozen. */
const whenFrozen = [
  'IntakeFails',
  'KafkaProducerBufferNearlyFull',
  'KafkaProducerBufferRefuses',
  'KafkaProducerDisconnected',
  'KafkaProducerPostsRefused',
  'KafkaProducerStuck',
  'KafkaSpoolInUse',
]

// Without Prometheus there is nobody to ask.
describe.skipIf(!runs)('observability/alerts.yml at 1:60', () => {
  it('fires while things go wrong, and resolves afterwards', { timeout: 300_000 }, async () => {
    const [intake = 0, workers = 0, lone = 0] = await findFreePorts(3)
    const ports = { intake, workers, lone }
    await using prometheus = await startPrometheus({
      factor,
      rules: alertRules(factor),
      targets: Object.fromEntries(Object.entries(ports).map(([job, port]) => [job, `127.0.0.1:${port}`])),
    })
    const watch = new AlertWatch(prometheus)
    await watch.untilFired(['KafkaProducerMetricsMissing'])

    await using services = await startWatchedServices(ports)
    await using work = new AsyncDisposableStack()
    for (const each of flows(services)) work.use(each)
    await watch.untilQuiet()
    await makeTrouble(services, () => watch.untilFired(inTrouble))
    await freeze(services, () => watch.untilFired(whenFrozen))
    await watch.untilQuiet()

    console.log(watch.report().join('\n'))
    expect([...watch.fired]).toEqual(
      expect.arrayContaining(['KafkaProducerMetricsMissing', ...inTrouble, ...whenFrozen]),
    )
  })
})

/** What goes on all the time. */
function flows({ intake, workers }: WatchedServices): readonly AsyncDisposable[] {
  let number = 0
  const record = () => ({ topic: 'work', key: `k-${number % 7}`, value: `v-${number++}` })
  return [
    repeat(100, () => post(intake.url, '/channels/email', mail(number++))),
    ...Object.values(workers).map((worker) => repeat(100, () => worker.send(record()))),
  ]
}

const mail = (number: number): string =>
  [
    'From: visitor@example.com',
    'To: support@example.org',
    `Message-ID: <${number}@example.com>`,
    '',
    'Hi',
    '',
  ].join('\r\n')

async function post(url: string, path: string, body: string | URLSearchParams): Promise<void> {
  const raw = { 'content-type': 'message/rfc822', 'x-envelope-to': 'support@example.org' }
  const headers = typeof body === 'string' ? raw : {}
  const response = await fetch(`${url}${path}`, { method: 'POST', body, headers })
  await response.arrayBuffer()
}

async function makeTrouble(services: WatchedServices, until: () => Promise<void>): Promise<void> {
  const { kafka, intake, workers, lone } = services
  const topic = 'work'
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
  kafka.faults.on('Produce', { topic, clientId: 'renewed' }).reply('INVALID_PRODUCER_EPOCH').once()
  const quota = kafka.throttle({ clientId: 'throttled' }, 300)
  trouble.defer(() => quota.lift())
  await kafka.broker(2).stop()
  trouble.defer(() => kafka.broker(2).start())
  trouble.defer(() => kafka.faults.clear())
  await lone.close()
  trouble.defer(() => lone.open())
  await until()
}

async function freeze({ kafka, workers }: WatchedServices, until: () => Promise<void>): Promise<void> {
  const brokers = [1, 2, 3].map((id) => kafka.broker(id))
  const large = { topic: 'work', key: 'k', value: 'v'.repeat(400) }
  await using frozen = new AsyncDisposableStack()
  frozen.use(repeat(100, () => workers.tight.send(large)))
  frozen.use(repeat(100, () => workers.tight.post(large)))
  for (const broker of brokers) {
    broker.freeze()
    frozen.defer(() => broker.thaw())
  }
  await until()
}
