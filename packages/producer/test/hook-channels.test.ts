import { execFile } from 'node:child_process'
import { subscribe, unsubscribe, type ChannelListener } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { silentLogger } from '@headwater/base'
import { errorCode } from '@headwater/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { hookChannelNames } from '../src/engine/hook-channels.ts'
import { HookRunner } from '../src/engine/hook-runner.ts'
import { resolveOptions } from '../src/engine/resolve-options.ts'
import { createProducer } from '../src/index.ts'
import { ModelCluster } from './model-links.ts'

const listening: [string, ChannelListener][] = []

function listen(name: string, listener: (message: Record<string, unknown>) => void): void {
  const hears: ChannelListener = (message) => listener(message as Record<string, unknown>)
  subscribe(name, hears)
  listening.push([name, hears])
}

const calmCluster = (): ModelCluster => {
  const cluster = new ModelCluster(1, () => 0.5)
  cluster.stormy = false
  return cluster
}

/** What a process of its own says and ends with. */
function run(mode: string): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const args = [
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(new URL('./subscribing-process.ts', import.meta.url)),
      mode,
    ]
    const child = execFile(process.execPath, args, (_error, output) =>
      resolve({ code: child.exitCode ?? -1, output }),
    )
  })
}

describe('hookChannelNames', () => {
  it('are those of the table in the README', () => {
    const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
    const rows = [...readme.matchAll(/^\| `(on\w+)` +\| `([a-z-]+)` +\|/gm)]
    const names = rows.map(([, hook, name]) => [hook, `headwater:producer:${name}`])
    expect(Object.fromEntries(names)).toEqual(hookChannelNames)
  })
})

describe('the diagnostics channels', () => {
  afterEach(() => {
    for (const [name, listener] of listening.splice(0)) unsubscribe(name, listener)
  })

  it('publish what hooks are told, with the client id, also to who subscribes later', async () => {
    const cluster = calmCluster()
    const producer = createProducer({ links: cluster, retryBackoffMs: 1 })
    await producer.send({ topic: 'orders', value: 'unheard' })
    const heard: string[] = []
    for (const [hook, name] of Object.entries(hookChannelNames)) {
      listen(name, (message) => {
        expect(message).toHaveProperty('clientId')
        heard.push(hook)
      })
    }
    listen(hookChannelNames.onSend, ({ record }) => expect(record).toMatchObject({ value: 'x' }))
    listen(hookChannelNames.onSettled, (message) =>
      expect(message).toMatchObject({ status: 'delivered', late: false, receipt: { attempts: 2 } }),
    )
    listen(hookChannelNames.onRetry, (message) =>
      expect(message).toMatchObject({ reason: 'NOT_ENOUGH_REPLICAS', attempts: 1, traces: [] }),
    )
    cluster.refusals.push(errorCode.NOT_ENOUGH_REPLICAS)
    await producer.send({ topic: 'orders', value: 'x' })
    await producer.close()
    const closing = ['onStateChange', 'onStateChange']
    expect(heard).toEqual(['onSend', 'onRetry', 'onBatchSent', 'onSettled', ...closing])
  })

  it('make no message while nobody listens', () => {
    let read = 0
    const argument = { status: 'delivered', receipt: {} as never, late: false } as const
    const watched = new Proxy(argument, { ownKeys: (target) => (read++, Reflect.ownKeys(target)) })
    const hooks = new HookRunner(resolveOptions({ logger: silentLogger }))
    expect(hooks.has('onSettled')).toBe(false)
    hooks.run('onSettled', watched)
    expect(read).toBe(0)
    listen(hookChannelNames.onSettled, () => undefined)
    expect(hooks.has('onSettled')).toBe(true)
    hooks.run('onSettled', watched)
    expect(read).toBeGreaterThan(0)
  })

  it('tell the client id of the connection settings', async () => {
    const ids: unknown[] = []
    listen(hookChannelNames.onSettled, ({ clientId }) => void ids.push(clientId))
    for (const clientId of [undefined, 'shop']) {
      const producer = createProducer({ connection: { brokers: ['127.0.0.1:1'], clientId } })
      await producer.trySend({ topic: 'no topic', value: '' })
      await producer.close({ timeoutMs: 0 })
    }
    expect(ids).toEqual(['headwater', 'shop'])
  })

  it('leave a send alone when a subscriber throws; Node raises that as an uncaught exception afterwards', async () => {
    const [handled, unhandled] = await Promise.all([run('handled'), run('unhandled')])
    expect(handled.code).toBe(0)
    expect(handled.output.trim().split('\n').toSorted()).toEqual([
      'rejected',
      'the next one is called',
      'uncaught: subscriber',
    ])
    expect(unhandled.code).toBe(1)
  })
})
