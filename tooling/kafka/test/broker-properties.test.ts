import { describe, expect, it } from 'vitest'
import { formatProperties, toBrokerProperties } from '../src/broker-properties.ts'
import { planCluster } from '../src/node-plan.ts'
import { resolveRealKafkaOptions, type RealKafkaOptions } from '../src/real-kafka-options.ts'

async function propertiesOf(options: RealKafkaOptions): Promise<readonly Readonly<Record<string, string>>[]> {
  const resolved = resolveRealKafkaOptions(options)
  const plan = await planCluster('/data', resolved)
  return plan.nodes.map((node) => toBrokerProperties(node, plan, resolved))
}

describe('toBrokerProperties', () => {
  it('gives three brokers ports of their own and one controller in common', async () => {
    const nodes = await propertiesOf({ nodes: 3 })
    expect(nodes.map((node) => node['process.roles'])).toEqual(['broker,controller', 'broker', 'broker'])
    expect(new Set(nodes.map((node) => node['advertised.listeners'])).size).toBe(3)
    expect(new Set(nodes.map((node) => node['controller.quorum.voters'])).size).toBe(1)
    expect(nodes[0]?.['listeners']).toContain(
      `CONTROLLER://${nodes[0]?.['controller.quorum.voters']?.split('@')[1]}`,
    )
    expect(nodes[1]?.['listeners']).not.toContain('CONTROLLER')
  })

  it('makes a cluster of three safe and a single node usable', async () => {
    const [three] = await propertiesOf({ nodes: 3 })
    const [one] = await propertiesOf({})
    expect([three?.['default.replication.factor'], three?.['min.insync.replicas']]).toEqual(['3', '2'])
    expect([one?.['offsets.topic.replication.factor'], one?.['transaction.state.log.min.isr']]).toEqual([
      '1',
      '1',
    ])
  })

  it('lets the controller be a process of its own, which is no broker', async () => {
    const nodes = await propertiesOf({ controller: 'own-process' })
    expect(nodes.map((node) => node['process.roles'])).toEqual(['broker', 'controller'])
    expect(nodes[1]?.['listeners']).toMatch(/^CONTROLLER:\/\/127\.0\.0\.1:\d+$/)
    expect(nodes[1]).not.toHaveProperty('advertised.listeners')
  })

  it('puts the log of a single node where it is told to', async () => {
    const nodes = await propertiesOf({ nodes: 3, logFolders: { 2: '/small-disk/log' } })
    expect(nodes.map((node) => node['log.dirs'])).toEqual(['/data/node-0', '/data/node-1', '/small-disk/log'])
  })

  it('names the port of the proxy, not the one where it listens', async () => {
    const [node] = await propertiesOf({ proxiedPorts: [4711] })
    expect(node?.['advertised.listeners']).toContain('PROXIED://127.0.0.1:4711')
    expect(node?.['listeners']).not.toContain('4711')
  })

  it('writes PLAIN users so that a quote in a password stays in it', async () => {
    const [node] = await propertiesOf({
      sasl: { mechanism: 'PLAIN', users: { ann: 'a"b\\c' }, maxReauthMs: 3000 },
    })
    expect(node?.['listener.name.sasl.plain.sasl.jaas.config']).toContain('user_ann="a\\"b\\\\c";')
    expect(node?.['listener.name.sasl.connections.max.reauth.ms']).toBe('3000')
    expect(node?.['advertised.listeners']).toMatch(/SASL:\/\/127\.0\.0\.1:\d+/)
  })

  it('keeps SCRAM passwords out of the file', async () => {
    const [node] = await propertiesOf({ sasl: { mechanism: 'SCRAM-SHA-256', users: { ann: 'open-sesame' } } })
    expect(node?.['listener.name.sasl.sasl.enabled.mechanisms']).toBe('SCRAM-SHA-256')
    expect(JSON.stringify(node)).not.toContain('open-sesame')
  })

  it('puts TLS under the listener with SASL, and under no other', async () => {
    const sasl = { mechanism: 'PLAIN', users: { ann: 'open-sesame' } } as const
    const [plain] = await propertiesOf({ sasl })
    const [secure] = await propertiesOf({ sasl: { ...sasl, tls: true } })
    expect(plain?.['listener.security.protocol.map']).toMatch(/,SASL:SASL_PLAINTEXT$/)
    expect(plain).not.toHaveProperty(['listener.name.sasl.ssl.keystore.location'])
    expect(secure?.['listener.security.protocol.map']).toBe(
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,SASL:SASL_SSL',
    )
    expect(secure?.['listener.name.sasl.ssl.keystore.location']).toBe('/data/tls.p12')
    expect(Object.keys(secure ?? {}).filter((key) => key.startsWith('ssl.'))).toEqual([])
  })

  it('lets the caller have the last word', async () => {
    const [node] = await propertiesOf({
      config: { 'log.segment.bytes': '1048576', 'message.max.bytes': '2000' },
    })
    expect([node?.['log.segment.bytes'], node?.['message.max.bytes']]).toEqual(['1048576', '2000'])
  })
})

describe('formatProperties', () => {
  it('escapes what Java would read otherwise', () => {
    expect(formatProperties({ a: 'b\\c', d: 'ż\n' })).toBe('a=b\\\\c\nd=\\u017c\\u000a\n')
  })
})

describe('resolveRealKafkaOptions', () => {
  it('refuses another number of proxied ports than of brokers', () => {
    expect(() => resolveRealKafkaOptions({ nodes: 3, proxiedPorts: [1] })).toThrow(RangeError)
  })
})
