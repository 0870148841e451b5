import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { describeBroker } from '../src/broker/describe-broker.ts'
import type { ClusterUnderTest } from '../src/index.ts'
import { leftOutRequests } from './left-out-requests.ts'

const missing = spawnSync('openssl', ['version']).error !== undefined
if (missing) console.warn('skipped: SASL over TLS, because there is no openssl on this computer')

const user = { username: 'ada', password: 'secret' }

// The certificate is made anew for each run, and Node cannot make one by itself.
describe.skipIf(missing)('three embedded brokers with SASL over TLS', () => {
  let folder: string
  let kafka: EmbeddedKafka
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-secure-'))
    const kind = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1'.split(' ')
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
    const files = ['-keyout', 'key', '-out', 'cert']
    expect(spawnSync('openssl', ['req', ...kind, ...subject, ...files], { cwd: folder }).status).toBe(0)
    const cert = await readFile(join(folder, 'cert'), 'utf8')
    kafka = await startKafka({
      brokers: 3,
      autoCreateTopics: true,
      config: {
        'min.insync.replicas': 2,
        'offsets.topic.num.partitions': 4,
        'group.min.session.timeout.ms': 6000,
      },
      tls: { cert, key: await readFile(join(folder, 'key'), 'utf8') },
      sasl: { mechanisms: ['PLAIN'], users: { [user.username]: user.password } },
    })
    const brokers = kafka.bootstrapServers.split(',')
    cluster = { name: 'embedded', brokers, replicationFactor: 3, login: { ca: cert, ...user } }
  })
  afterAll(async () => {
    await kafka?.close()
    await rm(folder, { recursive: true, force: true })
  })

  describeBroker(
    () => cluster,
    (api) => leftOutRequests.has(api),
  )
})
