import { encodeRequest, metadata } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { BrokerConnections } from '../src/engine/broker-connections.ts'
import { resolveOptions } from '../src/engine/resolve-options.ts'
import type { Link, LinkFactory } from '../src/index.ts'
import { ModelCluster } from './model-links.ts'
import { until } from './producers.ts'

describe('BrokerConnections', () => {
  it('opens one connection to an address, however many ask for it at once', async () => {
    const cluster = new ModelCluster(1, () => 0.5)
    cluster.stormy = false
    let asked = 0
    const { promise: connectable, resolve: answer } = Promise.withResolvers<void>()
    const slow: LinkFactory = {
      seeds: () => cluster.seeds(),
      close: () => cluster.close(),
      open: async (address) => {
        asked++
        await connectable
        return cluster.open(address)
      },
    }
    const told: string[] = []
    const connections = new BrokerConnections(slow, resolveOptions({}), {
      onOpen: () => void told.push('open'),
      onLost: () => void told.push('lost'),
    })
    connections.updateBrokers([{ nodeId: 1, host: 'model', port: 1 }])
    expect(connections.link(1)).toBeUndefined()
    const both = Promise.all([connections.any(), connections.any()])
    await new Promise((resolve) => setImmediate(resolve))
    expect(asked).toBe(1)
    answer()
    const [one, other] = await both
    expect(one).toBe(other)
    expect(connections.link(1)).toBe(one)
    expect(told).toEqual(['open'])
    await connections.close()
  })

  // The one whose session neared its end was forgotten, open, and younger batches could overtake those in flight on it.
  it('has never two connections to an address, when a question needs one that is not near the end of its session', async () => {
    const cluster = new ModelCluster(1, () => 0.5)
    cluster.stormy = false
    cluster.replaceAtMs = () => 0
    const connections = new BrokerConnections(cluster, resolveOptions({}), {
      onOpen: () => undefined,
      onLost: () => undefined,
    })
    connections.updateBrokers([{ nodeId: 1, host: 'model', port: 1 }])
    const first = await connections.any()
    const version = first.pick(metadata)
    const answer = first.send(metadata, version, encodeRequest(metadata, version, { topics: [] }), {
      timeoutMs: 1000,
    })
    expect(await connections.any()).toBe(first)
    await answer
    const second = await connections.any()
    expect(second).not.toBe(first)
    expect(first.state).not.toBe('open')
    expect(connections.openCount).toBe(1)
    await connections.close()
  })

  it('ends the connection to an address that no broker has any more, and goes to where the broker is now', async () => {
    const cluster = new ModelCluster(1, () => 0.5)
    cluster.stormy = false
    const connections = new BrokerConnections(cluster, resolveOptions({}), {
      onOpen: () => undefined,
      onLost: () => undefined,
    })
    connections.updateBrokers([{ nodeId: 1, host: 'model', port: 1 }])
    const before = await connections.any()
    connections.updateBrokers([{ nodeId: 1, host: 'model', port: 2 }])
    expect(before.state).not.toBe('open')
    expect(connections.openCount).toBe(0)
    const after = await connections.any()
    expect(after.address).toEqual({ host: 'model', port: 2 })
    expect(connections.link(1)).toBe(after)
    await connections.close()
  })

  it('says of an address that worked before nothing but what happened', async () => {
    // A broker that restarts would be blamed for what it advertises.
    const cluster = new ModelCluster(1, () => 0.5)
    cluster.stormy = false
    const failures: string[] = []
    const connections = new BrokerConnections(cluster, resolveOptions({}), {
      onOpen: () => undefined,
      onLost: ({ message }) => void failures.push(message),
    })
    const address = { host: 'model', port: 9 }
    const brokers = [{ nodeId: 9, ...address }]
    connections.updateBrokers(brokers, { host: 'model', port: 1 })
    cluster.reachable = false
    connections.link(9)
    await until(() => failures.length === 1)
    expect(failures[0]).toContain('broker 9 tells clients to find it, as model:1 said')
    expect(connections.failureOf(9)).toMatchObject({ code: 'LINK_CONNECT_FAILED', message: failures[0] })
    cluster.reachable = true
    await until(() => typeof connections.link(9) === 'object')
    expect(connections.failureOf(9)).toBeUndefined()
    const link = connections.link(9) as Link
    cluster.reachable = false
    link.destroy(new Error('gone'))
    await until(() => {
      connections.link(9)
      return failures.length >= 3
    })
    expect(failures.at(-1)).toBe('stormy')
    await connections.close()
  })
})
