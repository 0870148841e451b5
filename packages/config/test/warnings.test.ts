import { loadConfig, type ConfigSource } from '@headwater/config'
import { describe, expect, it } from 'vitest'
import { deployed } from './problems-of.ts'

function warnings(
  source: ConfigSource,
): readonly (readonly [variable: string, problem: string, fix: string])[] {
  return loadConfig({ ...deployed, ...source }).warnings.map(({ variable, problem, fix }) => [
    variable,
    problem,
    fix,
  ])
}

const PROTOCOLS: Readonly<Record<string, ConfigSource>> = {
  PLAINTEXT: { KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT' },
  SSL: { KAFKA_SECURITY_PROTOCOL: 'SSL' },
  SASL_SSL: {
    KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_USER: 'u',
    KAFKA_PASSWORD: 'p',
  },
}

/** Ports of Amazon MSK and the protocol that each speaks. */
const PORTS: readonly (readonly [port: number, protocol: string])[] = [
  [9092, 'PLAINTEXT'],
  [9094, 'SSL'],
  [9096, 'SASL_SSL'],
  [9098, 'SASL_SSL'],
  [9194, 'SSL'],
  [9196, 'SASL_SSL'],
  [9198, 'SASL_SSL'],
  [20092, 'PLAINTEXT'],
  [20094, 'SSL'],
  [20096, 'SASL_SSL'],
  [20098, 'SASL_SSL'],
]

describe('config.warnings about ports', () => {
  it.each(PORTS)('fit port %i to %s alone', (port, right) => {
    for (const [protocol, source] of Object.entries(PROTOCOLS)) {
      const found = warnings({
        ...source,
        KAFKA_BOOTSTRAP_SERVERS: `a.example.com:${port},[2001:db8::1]:${port}`,
      })
      if (protocol === right) expect(found).toEqual([])
      else {
        expect(found).toEqual([
          [
            'KAFKA_SECURITY_PROTOCOL',
            expect.stringContaining(`but port ${port} usually speaks`),
            expect.any(String),
          ],
        ])
        expect(found[0]?.[2]).toContain(`KAFKA_SECURITY_PROTOCOL=${right}`)
      }
    }
  })

  it('say nothing about ports that could be anything', () => {
    expect(warnings({ KAFKA_BOOTSTRAP_SERVERS: 'a:19092,b:443' })).toEqual([])
  })
})

describe('config.warnings about unknown names', () => {
  it.each([
    ['KAFKA_BOOTSTRAP_SERVER', 'KAFKA_BOOTSTRAP_SERVERS'],
    ['KAFKA_BOOSTRAP_SERVERS', 'KAFKA_BOOTSTRAP_SERVERS'],
    ['KAFKA_PRODUCER_LINGRE_MS', 'KAFKA_PRODUCER_LINGER_MS'],
    ['KAFKA_LINGER_MS', 'KAFKA_PRODUCER_LINGER_MS'],
    ['KAFKA_PRODUCER_COMPRESSION_TYPE', 'KAFKA_PRODUCER_COMPRESSION'],
    ['KAFKA_USERNAME', 'KAFKA_SASL_USERNAME'],
    ['KAFKA_SASL_PASSWORD_FIEL', 'KAFKA_SASL_PASSWORD_FILE'],
    ['KAFKA_TOPIC_RAW_MESSAGE', 'KAFKA_TOPIC_RAW_MESSAGES'],
    ['KAFKA_SSL_CA_LOCATOIN', 'KAFKA_SSL_CA_LOCATION'],
  ])('take %s for %s', (name, meant) => {
    expect(warnings({ [name]: 'x' })).toEqual([
      [name, 'is not a variable of Headwater', `Did you mean ${meant}?`],
    ])
  })

  it('suggest nothing where nothing is near', () => {
    expect(warnings({ KAFKA_HEAP_OPTS: '-Xmx1g' })[0]?.[2]).toBe('Remove it if it was meant for Headwater.')
  })

  it.each([
    'KAFKA_PORT',
    'KAFKA_SERVICE_HOST',
    'KAFKA_SERVICE_PORT',
    'KAFKA_SERVICE_PORT_CLIENT',
    'KAFKA_PORT_9092_TCP',
    'KAFKA_PORT_9092_TCP_ADDR',
    'KAFKA_PORT_9092_TCP_PROTO',
    'KAFKA_BROKERS_SERVICE_HOST',
    'KAFKA_BROKERS_SERVICE_PORT',
    'KAFKA_BROKERS_PORT_9092_TCP_PORT',
    'KAFKA_BROKERS_PORT',
  ])('say nothing about %s, which Kubernetes sets', (name) => {
    expect(warnings({ [name]: 'tcp://10.0.0.1:9092' })).toEqual([])
  })

  it('know the names of stages and of files, and leave other prefixes alone', () => {
    expect(warnings({ KAFKA_TOPIC_STAGE_A_COMPLETE: 'a', PATH: '/bin', KAFKAESQUE: '1' })).toEqual([])
  })
})

describe('config.warnings', () => {
  it('tell that PLAIN without TLS shows the password to the network', () => {
    const found = warnings({
      KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT',
      KAFKA_SASL_MECHANISM: 'PLAIN',
      KAFKA_USER: 'u',
      KAFKA_PASSWORD: 'p',
    })
    expect(found).toEqual([
      ['KAFKA_SECURITY_PROTOCOL', expect.stringContaining('unencrypted'), expect.any(String)],
    ])
  })

  it('tell that a producer without idempotence may double and reorder', () => {
    const [found] = warnings({ KAFKA_PRODUCER_ENABLE_IDEMPOTENCE: 'false' })
    expect(found?.[0]).toBe('KAFKA_PRODUCER_ENABLE_IDEMPOTENCE')
  })

  it('ignore and report the INTAKE_PORT that Kubernetes makes of a service named intake', () => {
    const config = loadConfig({ ...deployed, INTAKE_PORT: 'tcp://10.0.0.1:80' })
    expect(config.intake.port).toBe(8080)
    expect(config.warnings).toMatchObject([
      { variable: 'INTAKE_PORT', fix: expect.stringContaining('enableServiceLinks') },
    ])
  })
})
