import { describeConfig, loadConfig, type ConfigSource } from '@headwater/config'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { deployed } from './problems-of.ts'

const certificate = fileURLToPath(new URL('fixtures/client.pem', import.meta.url))
const key = fileURLToPath(new URL('fixtures/client-key.pem', import.meta.url))
const scram = { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512' }
const credentials = { KAFKA_SASL_USERNAME: 'orders', KAFKA_SASL_PASSWORD: 'hunter2' }
const mutual = { KAFKA_SSL_CERT_LOCATION: certificate, KAFKA_SSL_KEY_LOCATION: key }
const sendGridKey =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMGTwi6HVj5KWgPP6CGNRHq5d76eE3PiYNPY+rCwq7v1PiMRfYfIB2Z21xp34arH7aLrNNdb5fvXuXG8onIKezw=='
const notIdempotent = { KAFKA_PRODUCER_ENABLE_IDEMPOTENCE: 'false' }

/** A variable, its value, where it shows, as what, and what else must be set for it to mean something. */
type Effect = readonly [name: string, value: string, path: string, expected: unknown, beside?: ConfigSource]

const EFFECTS: readonly Effect[] = [
  ['SERVICE_NAME', 'billing', 'service.name', 'billing'],
  ['HEADWATER_PROFILE', 'staging', 'service.profile', 'staging'],
  ['KAFKA_BOOTSTRAP_SERVERS', 'a:1,b:2', 'connection.brokers', ['a:1', 'b:2']],
  ['KAFKA_CLIENT_ID', 'billing-v2', 'connection.clientId', 'billing-v2'],
  ['KAFKA_CONNECT_TIMEOUT_MS', '1234', 'connection.connectTimeoutMs', 1234],
  ['KAFKA_SECURITY_PROTOCOL', 'SSL', 'connection.tls', true],
  [
    'KAFKA_SECURITY_PROTOCOL',
    'sasl_plaintext',
    'connection.sasl.username',
    'orders',
    { ...scram, ...credentials },
  ],
  [
    'KAFKA_SASL_MECHANISM',
    'SCRAM-SHA-256',
    'connection.sasl.mechanism',
    'scram-sha-256',
    { ...scram, ...credentials },
  ],
  ['KAFKA_SASL_MECHANISM', 'PLAIN', 'connection.sasl.mechanism', 'plain', { ...scram, ...credentials }],
  [
    'KAFKA_SASL_MECHANISM',
    'SCRAM-SHA-512',
    'connection.sasl.mechanism',
    'scram-sha-512',
    { ...scram, ...credentials },
  ],
  ['KAFKA_SASL_USERNAME', 'ann', 'connection.sasl.username', 'ann', { ...scram, ...credentials }],
  ['KAFKA_USER', 'ann', 'connection.sasl.username', 'ann', { ...scram, KAFKA_SASL_PASSWORD: 'hunter2' }],
  ['KAFKA_SASL_PASSWORD', 's3cret', 'connection.sasl.password', 's3cret', { ...scram, ...credentials }],
  [
    'KAFKA_PASSWORD',
    's3cret',
    'connection.sasl.password',
    's3cret',
    { ...scram, KAFKA_SASL_USERNAME: 'orders' },
  ],
  [
    'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE',
    certificate,
    'connection.sasl.mechanism',
    'oauthbearer',
    { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'OAUTHBEARER' },
  ],
  [
    'KAFKA_SSL_CA_LOCATION',
    certificate,
    'connection.tls.ca',
    /BEGIN CERT/,
    { KAFKA_SECURITY_PROTOCOL: 'SSL' },
  ],
  ['SSL_CA_LOCATION', certificate, 'connection.tls.ca', /BEGIN CERT/, { KAFKA_SECURITY_PROTOCOL: 'SSL' }],
  [
    'KAFKA_SSL_CERT_LOCATION',
    certificate,
    'connection.tls.cert',
    /BEGIN CERT/,
    { ...mutual, KAFKA_SECURITY_PROTOCOL: 'SSL' },
  ],
  [
    'KAFKA_SSL_KEY_LOCATION',
    key,
    'connection.tls.key',
    /BEGIN PRIVATE/,
    { ...mutual, KAFKA_SECURITY_PROTOCOL: 'SSL' },
  ],
  [
    'KAFKA_SSL_KEY_PASSWORD',
    'hunter2',
    'connection.tls.passphrase',
    'hunter2',
    { ...mutual, KAFKA_SECURITY_PROTOCOL: 'SSL' },
  ],
  ['KAFKA_PRODUCER_ACKS', '1', 'producer.acks', 1, notIdempotent],
  ['KAFKA_PRODUCER_ACKS', '0', 'producer.acks', 0, notIdempotent],
  ['KAFKA_PRODUCER_ENABLE_IDEMPOTENCE', 'false', 'producer.enableIdempotence', false],
  ['KAFKA_PRODUCER_LINGER_MS', '7', 'producer.lingerMs', 7],
  ['KAFKA_PRODUCER_BATCH_SIZE', '4096', 'producer.batchSize', 4096],
  ['KAFKA_PRODUCER_COMPRESSION', 'zstd', 'producer.compressionType', 'zstd'],
  ['KAFKA_PRODUCER_BUFFER_MEMORY', '1000000', 'producer.bufferMemory', 1000000],
  ['KAFKA_PRODUCER_MAX_WAITING_BYTES', '0', 'producer.maxWaitingBytes', 0],
  ['KAFKA_PRODUCER_MAX_BLOCK_MS', '50', 'producer.maxBlockMs', 50],
  ['KAFKA_PRODUCER_DELIVERY_TIMEOUT_MS', '60000', 'producer.deliveryTimeoutMs', 60000],
  ['KAFKA_PRODUCER_REQUEST_TIMEOUT_MS', '5000', 'producer.requestTimeoutMs', 5000],
  ['KAFKA_PRODUCER_MAX_REQUEST_SIZE', '2097152', 'producer.maxRequestSize', 2097152],
  [
    'KAFKA_PRODUCER_MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION',
    '1',
    'producer.maxInFlightRequestsPerConnection',
    1,
  ],
  ['KAFKA_PRODUCER_RETRY_BACKOFF_MS', '20', 'producer.retryBackoffMs', 20],
  ['KAFKA_PRODUCER_RETRY_BACKOFF_MAX_MS', '400', 'producer.retryBackoffMaxMs', 400],
  ['KAFKA_PRODUCER_METADATA_MAX_AGE_MS', '1000', 'producer.metadataMaxAgeMs', 1000],
  ['KAFKA_TOPIC_RAW_MESSAGES', 'in.raw', 'topics.rawMessages', 'in.raw'],
  ['KAFKA_TOPIC_DLQ', 'in.dlq', 'topics.deadLetters', 'in.dlq'],
  ['KAFKA_TOPIC_DOMAIN_EVENTS', 'facts', 'topics.domainEvents', 'facts'],
  ['KAFKA_TOPIC_WORKFLOW_EVENTS', 'flows', 'topics.workflowEvents', 'flows'],
  ['KAFKA_TOPIC_ERRORS', 'stage.errors', 'topics.errors', 'stage.errors'],
  ['KAFKA_TOPIC_STAGE_COMPLETE', 'stage.done', 'topics.stageComplete', 'stage.done'],
  ['KAFKA_TOPIC_STAGE_OCR_TEXT_COMPLETE', 'ocr.done', 'topics.stages.ocr-text', 'ocr.done'],
  ['SCHEMA_REGISTRY_URL', 'https://registry.example.com/', 'registry.url', 'https://registry.example.com'],
  [
    'SCHEMA_REGISTRY_USER',
    'ann',
    'registry.username',
    'ann',
    { SCHEMA_REGISTRY_URL: 'http://r', SCHEMA_REGISTRY_PASSWORD: 'p' },
  ],
  [
    'SCHEMA_REGISTRY_PASSWORD',
    's3cret',
    'registry.password',
    's3cret',
    { SCHEMA_REGISTRY_URL: 'http://r', SCHEMA_REGISTRY_USER: 'ann' },
  ],
  ['INTAKE_HOST', '::1', 'intake.host', '::1'],
  ['INTAKE_PORT', '0', 'intake.port', 0],
  ['INTAKE_ACK_TIMEOUT_MS', '250', 'intake.ackTimeoutMs', 250],
  ['INTAKE_MAX_BODY_BYTES', '1024', 'intake.maxBodyBytes', 1024],
  ['INTAKE_CLAIM_CHECK_DIR', '/var/attachments', 'intake.claimCheckDir', '/var/attachments'],
  ['INTAKE_ATTACHMENT_THRESHOLD_BYTES', '1024', 'intake.attachmentThresholdBytes', 1024],
  ['INTAKE_SPOOL_DIR', '/var/spool', 'intake.spoolDir', '/var/spool'],
  ['INTAKE_DUPLICATES_REMEMBERED', '0', 'intake.duplicatesRemembered', 0],
  [
    'INTAKE_TRUSTED_PROXIES',
    '10.0.0.0/8,10.0.0.0/255.0.0.0,2001:db8::/32,::1,loopback',
    'intake.trustedProxies',
    ['10.0.0.0/8', '10.0.0.0/255.0.0.0', '2001:db8::/32', '::1', 'loopback'],
  ],
  ['INTAKE_LIVE', 'true', 'intake.live', true],
  ['EMAIL_API_KEYS', 'new, old', 'channels.emailApiKeys', ['new', 'old']],
  ['WHATSAPP_APP_SECRET', 'new, old', 'channels.whatsAppAppSecrets', ['new', 'old']],
  ['WHATSAPP_VERIFY_TOKEN', 'token', 'channels.whatsAppVerifyToken', 'token'],
  ['MAILGUN_SIGNING_KEY', 'signing', 'channels.mailgunSigningKey', 'signing'],
  ['SENDGRID_PARSE_PUBLIC_KEY', sendGridKey, 'channels.sendGridPublicKey', sendGridKey],
  [
    'SNS_TOPIC_ARNS',
    'arn:aws-cn:sns:cn-north-1:123456789012:mails.fifo',
    'channels.snsTopicArns',
    ['arn:aws-cn:sns:cn-north-1:123456789012:mails.fifo'],
  ],
  ['POSTMARK_BASIC_AUTH', 'ann:s3cret', 'channels.postmarkBasicAuth', 'ann:s3cret'],
  ['WEB_FORMS', 'contact, jobs', 'channels.forms', ['contact', 'jobs']],
  ['WEB_FORM_ORIGINS', 'https://example.com', 'channels.formOrigins', ['https://example.com']],
  [
    'WEB_FORM_THANKS_URL',
    'https://example.com/thanks',
    'channels.formThanksUrl',
    'https://example.com/thanks',
  ],
  ['WEB_FORM_TOKEN_SECRET', 'pages', 'channels.formTokenSecret', 'pages'],
  ['WEB_FORM_HONEYPOT_FIELD', 'website', 'channels.formHoneypotField', 'website'],
  ['WEB_FORM_RATE_PER_MINUTE', '5', 'channels.formRatePerMinute', 5],
  ['LOG_LEVEL', 'TRACE', 'log.level', 'trace'],
  ['AWS_REGION', 'us-gov-west-1', 'aws.region', 'us-gov-west-1'],
]

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], value)
}

describe('loadConfig', () => {
  const effects = EFFECTS.map(([name, value, path, expected, beside = {}]) => ({
    name,
    value,
    path,
    expected,
    beside,
  }))

  it.each(effects)('turns $name=$value into $path', ({ name, value, path, expected, beside }) => {
    const actual = at(loadConfig({ ...deployed, ...beside, [name]: value }), path)
    if (expected instanceof RegExp) expect(actual).toMatch(expected)
    else expect(actual).toEqual(expected)
    // A value that a default would give as well proves nothing.
    expect(at(loadConfig(deployed), path)).not.toEqual(actual)
  })

  it('takes -1 for all, as Kafka does', () => {
    expect(loadConfig({ ...deployed, KAFKA_PRODUCER_ACKS: '-1' }).producer.acks).toBe('all')
  })

  it('has an effect to show for every variable and alias of the table', () => {
    const shown = new Set(EFFECTS.map(([name]) => name.replace('OCR_TEXT', '<NAME>')))
    const described = describeConfig().flatMap((row) => [row.variable, ...row.aliases])
    expect(described.filter((name) => !shown.has(name))).toEqual([])
  })

  it('takes the defaults of the documentation', () => {
    const { producer, topics, intake, log, registry, connection } = loadConfig(deployed)
    expect({ producer, topics, intake, log, registry, connection }).toMatchObject({
      connection: { clientId: 'orders', connectTimeoutMs: 10000 },
      producer: {
        acks: 'all',
        enableIdempotence: true,
        lingerMs: 0,
        batchSize: 65536,
        compressionType: 'none',
      },
      topics: { rawMessages: 'ingestion.raw.messages', deadLetters: 'ingestion.dlq.messages', stages: {} },
      intake: { host: '0.0.0.0', port: 8080, ackTimeoutMs: 5000 },
      log: { level: 'info' },
      registry: {},
    })
    expect(producer).toMatchObject({
      bufferMemory: 33554432,
      maxWaitingBytes: 33554432,
      maxBlockMs: 60000,
      deliveryTimeoutMs: 120000,
      requestTimeoutMs: 30000,
      maxRequestSize: 1048576,
      maxInFlightRequestsPerConnection: 5,
      retryBackoffMs: 100,
      retryBackoffMaxMs: 1000,
      metadataMaxAgeMs: 300000,
    })
    expect(topics).toMatchObject({ domainEvents: 'domain-events', workflowEvents: 'workflow.events' })
    expect(connection.tls).toBeUndefined()
    expect(connection.sasl).toBeUndefined()
  })

  it('lets waiting sends have as many bytes as the buffer', () => {
    const config = loadConfig({ ...deployed, KAFKA_PRODUCER_BUFFER_MEMORY: '100000' })
    expect(config.producer.maxWaitingBytes).toBe(100000)
  })

  it('takes an object with numbers, booleans and lists as well as an environment', () => {
    const config = loadConfig({
      SERVICE_NAME: 'orders',
      KAFKA_BOOTSTRAP_SERVERS: ['a:1', 'b:2'],
      KAFKA_PRODUCER_LINGER_MS: 5,
      KAFKA_PRODUCER_ENABLE_IDEMPOTENCE: false,
    })
    expect(config.connection.brokers).toEqual(['a:1', 'b:2'])
    expect(config.producer).toMatchObject({ lingerMs: 5, enableIdempotence: false })
  })

  it('counts an empty variable as not set, as docker compose passes them', () => {
    const config = loadConfig({
      ...deployed,
      KAFKA_PRODUCER_LINGER_MS: '',
      KAFKA_SASL_PASSWORD: ' ',
      KAFKA_USER: '',
    })
    expect(config.producer.lingerMs).toBe(0)
  })

  it('is frozen to the bottom', () => {
    const config = loadConfig({ ...deployed, ...scram, ...credentials })
    const open: string[] = []
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return
      if (!Object.isFrozen(value)) open.push(path)
      for (const [name, inner] of Object.entries(value)) walk(inner, `${path}.${name}`)
    }
    walk(config, 'config')
    expect(open).toEqual([])
    expect(() => Object.assign(config.connection, { brokers: [] })).toThrow(TypeError)
  })

  it('does not touch the object that it reads', () => {
    const source = Object.freeze({ ...deployed, KAFKA_PRODUCER_LINGER_MS: ' 5 ' })
    expect(loadConfig(source).producer.lingerMs).toBe(5)
  })
})
