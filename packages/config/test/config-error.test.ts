import { ConfigError, loadConfig, type ConfigSource } from '@headwater/config'
import { isHeadwaterError } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { deployed, problemsOf } from './problems-of.ts'

const sasl = {
  KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
  KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
  KAFKA_SASL_USERNAME: 'orders',
  KAFKA_SASL_PASSWORD: 'hunter2',
}

/** What is set, which variable is to blame, and a part of what is said. */
const BAD: readonly (readonly [source: ConfigSource, variable: string, problem: string])[] = [
  [{ KAFKA_PRODUCER_LINGER_MS: '5ms' }, 'KAFKA_PRODUCER_LINGER_MS', 'is not a whole number'],
  [{ KAFKA_PRODUCER_LINGER_MS: '0x10' }, 'KAFKA_PRODUCER_LINGER_MS', 'is not a whole number'],
  [{ KAFKA_PRODUCER_LINGER_MS: '1.5' }, 'KAFKA_PRODUCER_LINGER_MS', 'is not a whole number'],
  [{ KAFKA_PRODUCER_LINGER_MS: '-1' }, 'KAFKA_PRODUCER_LINGER_MS', 'is not a whole number'],
  [{ KAFKA_PRODUCER_LINGER_MS: '2147483648' }, 'KAFKA_PRODUCER_LINGER_MS', 'is above 2147483647'],
  [{ KAFKA_PRODUCER_MAX_REQUEST_SIZE: '127' }, 'KAFKA_PRODUCER_MAX_REQUEST_SIZE', 'is below 128'],
  [
    { KAFKA_PRODUCER_ENABLE_IDEMPOTENCE: 'yes' },
    'KAFKA_PRODUCER_ENABLE_IDEMPOTENCE',
    'is not one of true, false',
  ],
  [{ KAFKA_PRODUCER_ACKS: '2' }, 'KAFKA_PRODUCER_ACKS', 'is not one of'],
  [{ KAFKA_PRODUCER_COMPRESSION: 'brotli' }, 'KAFKA_PRODUCER_COMPRESSION', 'is not one of none, gzip'],
  [{ KAFKA_PRODUCER_COMPRESSION: 'constructor' }, 'KAFKA_PRODUCER_COMPRESSION', 'is not one of none, gzip'],
  [{ INTAKE_PORT: '65536' }, 'INTAKE_PORT', 'is above 65535'],
  [{ KAFKA_TOPIC_DLQ: 'dead letters' }, 'KAFKA_TOPIC_DLQ', 'is not a topic name'],
  [{ KAFKA_TOPIC_DLQ: '..' }, 'KAFKA_TOPIC_DLQ', 'is not a topic name'],
  [{ KAFKA_TOPIC_DLQ: 'x'.repeat(250) }, 'KAFKA_TOPIC_DLQ', 'is not a topic name'],
  [{ KAFKA_TOPIC_STAGE_OCR_COMPLETE: 'a b' }, 'KAFKA_TOPIC_STAGE_OCR_COMPLETE', 'is not a topic name'],
  [{ KAFKA_TOPIC_DLQ: 'same', KAFKA_TOPIC_RAW_MESSAGES: 'same' }, 'KAFKA_TOPIC_DLQ', 'is the same topic'],
  [{ SERVICE_NAME: 'my service' }, 'SERVICE_NAME', 'is not a service name'],
  [{ HEADWATER_PROFILE: 'production' }, 'HEADWATER_PROFILE', 'is not one of dev, staging, prod'],
  [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL', 'is not one of'],
  [{ AWS_REGION: 'Frankfurt' }, 'AWS_REGION', 'is not an AWS region'],
  [{ SCHEMA_REGISTRY_URL: 'registry:8081' }, 'SCHEMA_REGISTRY_URL', 'is not an http or https URL'],
  [
    { SCHEMA_REGISTRY_URL: 'http://ann:s3cret@registry' },
    'SCHEMA_REGISTRY_URL',
    'carries a user or a password',
  ],
  [
    { SCHEMA_REGISTRY_USER: 'ann', SCHEMA_REGISTRY_URL: 'http://r' },
    'SCHEMA_REGISTRY_PASSWORD',
    'is missing',
  ],
  [{ SCHEMA_REGISTRY_PASSWORD: 'p', SCHEMA_REGISTRY_URL: 'http://r' }, 'SCHEMA_REGISTRY_USER', 'is missing'],
  [{ SCHEMA_REGISTRY_USER: 'ann', SCHEMA_REGISTRY_PASSWORD: 'p' }, 'SCHEMA_REGISTRY_URL', 'is missing'],
  [{ WHATSAPP_APP_SECRET: ',' }, 'WHATSAPP_APP_SECRET', 'lists nothing'],
  [
    { WEB_FORM_ORIGINS: 'https://a.example.com,https://b.example.com/' },
    'WEB_FORM_ORIGINS',
    'lists what is no origin',
  ],
  [{ WEB_FORM_ORIGINS: 'www.example.com' }, 'WEB_FORM_ORIGINS', 'lists what is no origin'],
  [{ WEB_FORM_ORIGINS: 'https://*.example.com' }, 'WEB_FORM_ORIGINS', 'lists what is no origin'],
  // The intake started with these: it refused the mails of the topic for good, or its server said "invalid IP address" of nobody knew what.
  [{ SNS_TOPIC_ARNS: 'mails' }, 'SNS_TOPIC_ARNS', 'lists what is no ARN of an SNS topic'],
  [
    { SNS_TOPIC_ARNS: 'arn:aws:sqs:eu-central-1:123456789012:mails' },
    'SNS_TOPIC_ARNS',
    'lists what is no ARN of an SNS topic',
  ],
  [{ INTAKE_TRUSTED_PROXIES: 'true' }, 'INTAKE_TRUSTED_PROXIES', 'lists what is no address'],
  [{ INTAKE_TRUSTED_PROXIES: '10.0.0.1, 10.0.0.0/33' }, 'INTAKE_TRUSTED_PROXIES', 'lists what is no address'],
  [{ INTAKE_TRUSTED_PROXIES: '2001:db8::/129' }, 'INTAKE_TRUSTED_PROXIES', 'lists what is no address'],
  [{ SENDGRID_PARSE_PUBLIC_KEY: 'Zm9v' }, 'SENDGRID_PARSE_PUBLIC_KEY', 'is no public key'],
  [{ WEB_FORM_THANKS_URL: '/thanks' }, 'WEB_FORM_THANKS_URL', 'is not an http or https URL'],
  [{ WEB_FORMS: 'contact, *' }, 'WEB_FORMS', 'lists a name with a * in it'],
  [{ POSTMARK_BASIC_AUTH: 'ann' }, 'POSTMARK_BASIC_AUTH', 'is not user:password'],
  // What Kafka makes impossible.
  [{ KAFKA_PRODUCER_ACKS: '1' }, 'KAFKA_PRODUCER_ACKS', 'is not all, while'],
  [
    { KAFKA_PRODUCER_MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION: '6' },
    'KAFKA_PRODUCER_MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION',
    'is above 5, while',
  ],
  [{ KAFKA_PRODUCER_DELIVERY_TIMEOUT_MS: '29999' }, 'KAFKA_PRODUCER_DELIVERY_TIMEOUT_MS', 'is below'],
  [
    { KAFKA_PRODUCER_DELIVERY_TIMEOUT_MS: '30004', KAFKA_PRODUCER_LINGER_MS: '5' },
    'KAFKA_PRODUCER_DELIVERY_TIMEOUT_MS',
    'is below',
  ],
  [
    { KAFKA_PRODUCER_BUFFER_MEMORY: '65535' },
    'KAFKA_PRODUCER_BATCH_SIZE',
    'is above KAFKA_PRODUCER_BUFFER_MEMORY',
  ],
  [{ KAFKA_PRODUCER_RETRY_BACKOFF_MS: '1001' }, 'KAFKA_PRODUCER_RETRY_BACKOFF_MS', 'is above'],
  [{ INTAKE_ATTACHMENT_THRESHOLD_BYTES: '1048577' }, 'INTAKE_ATTACHMENT_THRESHOLD_BYTES', 'is above'],
  // Authentication and encryption.
  [{ KAFKA_SASL_MECHANISM: 'PLAIN' }, 'KAFKA_SASL_MECHANISM', 'does not authenticate by SASL'],
  [{ KAFKA_USER: 'ann' }, 'KAFKA_SASL_USERNAME', 'does not authenticate by SASL'],
  [{ KAFKA_PASSWORD: 'x' }, 'KAFKA_SASL_PASSWORD', 'does not authenticate by SASL'],
  [
    { KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_PASSWORD: 'x' },
    'KAFKA_SASL_PASSWORD',
    'does not authenticate by SASL',
  ],
  [{ ...sasl, KAFKA_SASL_PASSWORD: '' }, 'KAFKA_SASL_PASSWORD', 'is missing, while'],
  [{ ...sasl, KAFKA_SASL_USERNAME: '' }, 'KAFKA_SASL_USERNAME', 'is missing, while'],
  [{ ...sasl, KAFKA_SASL_MECHANISM: '' }, 'KAFKA_SASL_MECHANISM', 'is missing, while'],
  [{ ...sasl, KAFKA_SASL_MECHANISM: 'GSSAPI' }, 'KAFKA_SASL_MECHANISM', 'is not one of'],
  [{ ...sasl, KAFKA_USER: 'other' }, 'KAFKA_USER', 'is set to something else than KAFKA_SASL_USERNAME'],
  [
    { ...sasl, KAFKA_PASSWORD: 'other' },
    'KAFKA_PASSWORD',
    'is set to something else than KAFKA_SASL_PASSWORD',
  ],
  [{ ...sasl, KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: '/t' }, 'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE', 'is set, but'],
  [
    { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'AWS_MSK_IAM' },
    'KAFKA_SASL_MECHANISM',
    'is AWS_MSK_IAM, which is not supported yet',
  ],
  [
    { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'OAUTHBEARER' },
    'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE',
    'is missing, while',
  ],
  [
    {
      KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
      KAFKA_SASL_MECHANISM: 'OAUTHBEARER',
      KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: '/no',
    },
    'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE',
    'names a file that does not exist',
  ],
  [{ KAFKA_SECURITY_PROTOCOL: 'TLS' }, 'KAFKA_SECURITY_PROTOCOL', 'is not one of PLAINTEXT'],
]

describe('ConfigError', () => {
  it.each(BAD)('blames %o on %s, which %s', (source, variable, problem) => {
    const problems = problemsOf({ ...deployed, ...source })
    expect(problems.map((found) => found.variable)).toEqual([variable])
    expect(problems[0]?.problem).toContain(problem)
    expect(problems[0]?.fix).toMatch(/[.?]$/)
  })

  it('lists everything that is wrong at once', () => {
    const problems = problemsOf({
      KAFKA_PRODUCER_LINGER_MS: 'x',
      KAFKA_PRODUCER_ACKS: 'some',
      KAFKA_TOPIC_DLQ: '?',
      INTAKE_PORT: 'http',
      LOG_LEVEL: 'loud',
      HEADWATER_PROFILE: 'moon',
    })
    expect(problems.map(({ variable }) => variable).toSorted()).toEqual([
      'HEADWATER_PROFILE',
      'INTAKE_PORT',
      'KAFKA_BOOTSTRAP_SERVERS',
      'KAFKA_PRODUCER_ACKS',
      'KAFKA_PRODUCER_LINGER_MS',
      'KAFKA_TOPIC_DLQ',
      'LOG_LEVEL',
      'SERVICE_NAME',
    ])
  })

  it('carries the code, and every problem on a line of its message', () => {
    let error: unknown
    try {
      loadConfig({})
    } catch (thrown) {
      error = thrown
    }
    expect(isHeadwaterError(error, 'CONFIG_INVALID')).toBe(true)
    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).retriable).toBe(false)
    const lines = (error as Error).message.split('\n')
    expect(lines[0]).toBe('The configuration has 2 problems:')
    expect(lines[1]).toMatch(/^ {2}- SERVICE_NAME is missing \(not set\)\. Set it to a service name/)
    expect(lines).toHaveLength(3)
  })

  it('tells an empty variable from one that is not there', () => {
    expect(problemsOf({ ...deployed, SERVICE_NAME: '' })[0]?.shape).toBe('an empty string')
    expect(problemsOf({ ...deployed, SERVICE_NAME: ' ' })[0]?.shape).toBe('only white space')
    expect(problemsOf({ ...deployed, SERVICE_NAME: undefined })[0]?.shape).toBe('not set')
  })

  it('does not repeat what is wrong with a variable for those that default to it', () => {
    expect(problemsOf({ ...deployed, KAFKA_PRODUCER_BUFFER_MEMORY: 'x' })).toHaveLength(1)
  })
})
