import { describe, expect, it } from 'vitest'
import { BrokerConnections } from '../src/engine/broker-connections.ts'
import { resolveOptions } from '../src/engine/resolve-options.ts'
import { ModelCluster } from './model-links.ts'

describe('BrokerConnections', () => {
  it('opens one connection to an address, however many ask for it at once', async () => {
    const cluster = new ModelCluster(1, () => 0.5)
    cluster.stormy = false
    const told: string[] = []
    const connections = new BrokerConnections(cluster, resolveOptions({}), {
      onOpen: () => void told.push('open'),
      onLost: () => void told.push('lost'),
    })
    connections.updateBrokers([{ nodeId: 1, host: 'model', port: 1 }])
    expect(connections.link(1)).toBeUndefined()
    const [one, other] = await Promise.all([connections.any(), connections.any()])
    expect(cluster.opened).toBe(1)
    expect(one).toBe(other)
    expect(connections.link(1)).toBe(one)
    expect(told).toEqual(['open'])
    await connections.close()
  })
})
