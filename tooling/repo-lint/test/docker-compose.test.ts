import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '@headwater/config'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface Service {
  readonly image: string
  readonly ports?: readonly string[]
  readonly environment?: Readonly<Record<string, string | number>>
  readonly command?: readonly string[]
  readonly volumes?: readonly string[]
  readonly configs?: readonly { readonly source: string; readonly target: string }[]
}

const path = join(import.meta.dirname, '../../../docker-compose.yml')
const file = parse(readFileSync(path, 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>
  readonly configs: Readonly<Record<string, { readonly content?: string; readonly file?: string }>>
}
const services = Object.entries(file.services)
const brokers = services.filter(([name]) => name.startsWith('kafka-'))
/** `localhost:19092` for `127.0.0.1:19092:19092`. */
const fromHost = (port: string): string => `localhost:${port.split(':')[1]}`

describe('docker-compose.yml', () => {
  it('starts the brokers and the registry that the profile dev connects to', () => {
    const dev = loadConfig({ HEADWATER_PROFILE: 'dev' })
    expect(brokers.flatMap(([, { ports = [] }]) => ports.map(fromHost))).toEqual(dev.connection.brokers)
    const [registryPort = ''] = file.services['registry']?.ports ?? []
    expect(dev.registry.url).toBe(`http://${fromHost(registryPort)}/apis/ccompat/v7`)
  })

  it('scrapes all that has metrics, where it has them', () => {
    const { scrape_configs: jobs } = parse(file.configs['prometheus']?.content ?? '') as {
      readonly scrape_configs: readonly {
        readonly job_name: string
        readonly static_configs: readonly { readonly targets: readonly string[] }[]
      }[]
    }
    const targets = jobs.map(({ job_name: job, static_configs: [at] }) => [job, ...(at?.targets ?? [])])
    const { port } = loadConfig({ HEADWATER_PROFILE: 'dev' }).intake
    // Kafka and Postgres have none without an exporter; `registry-level` ends at once.
    expect(targets).toEqual([
      ['intake', `host.docker.internal:${port}`],
      ['registry', 'registry:9000'],
      ['prometheus', 'localhost:9090'],
      ['grafana', 'grafana:3000'],
    ])
    const silent = /^(?:kafka-\d|registry-level|postgres)$/
    const scraped = new Set(targets.map(([job]) => job))
    expect(services.map(([name]) => name).filter((name) => !silent.test(name) && !scraped.has(name))).toEqual(
      [],
    )
  })

  it('names every image by a whole version, which stays what it is', () => {
    for (const [name, { image }] of services) expect(image, name).toMatch(/^[\w./-]+:v?\d+\.\d+(?:\.\d+)?$/)
  })

  it('gives Prometheus the alert rules, and Grafana the dashboards', () => {
    expect(file.configs['alerts']).toEqual({ file: './observability/alerts.yml' })
    expect(file.services['prometheus']?.configs).toContainEqual({
      source: 'alerts',
      target: '/etc/prometheus/alerts.yml',
    })
    expect(parse(file.configs['prometheus']?.content ?? '')).toMatchObject({
      rule_files: ['/etc/prometheus/alerts.yml'],
    })
    const provider = parse(file.configs['grafana-dashboards']?.content ?? '') as {
      readonly providers: readonly [{ readonly options: { readonly path: string } }]
    }
    expect(file.services['grafana']?.volumes).toEqual([
      `./observability/grafana:${provider.providers[0].options.path}:ro`,
    ])
  })

  it('advertises to the host what it publishes to the host', () => {
    for (const [name, { environment, ports }] of brokers) {
      const advertised = String(environment?.['KAFKA_ADVERTISED_LISTENERS'])
      expect(advertised).toBe(`INSIDE://${name}:9092,HOST://${ports?.map(fromHost).join()}`)
    }
  })

  it('lists every broker as a voter under its own id', () => {
    const voters = brokers.map(([name, { environment }]) => `${environment?.['KAFKA_NODE_ID']}@${name}:9093`)
    for (const [, { environment }] of brokers) {
      expect(environment?.['KAFKA_CONTROLLER_QUORUM_VOTERS']).toBe(voters.join())
    }
  })

  it('keeps what the producer promises: three copies, two in sync, no unclean leader', () => {
    for (const [, { environment }] of brokers) {
      expect(environment).toMatchObject({
        KAFKA_DEFAULT_REPLICATION_FACTOR: 3,
        KAFKA_MIN_INSYNC_REPLICAS: 2,
        KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: 'false',
      })
    }
  })

  it('sets the level of the registry through the address that clients use', () => {
    const command = file.services['registry-level']?.command ?? []
    expect(command).toContain('{"compatibility":"BACKWARD"}')
    expect(command.at(-1)).toMatch(/\/apis\/ccompat\/v7\/config$/)
  })

  it('publishes nothing beyond this computer, and no port twice', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? [])
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
    expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length)
  })
})
