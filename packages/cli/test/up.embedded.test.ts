import { runProgram } from '@headwater/cli'
import { Kafka, logLevel } from 'kafkajs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { freePorts, isOpen, listen } from './free-ports.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

function up(port: number, ...more: readonly string[]): readonly string[] {
  return ['up', '--port', String(port), ...more]
}

describe('headwater up', () => {
  it('runs as many brokers as it is told, on ports in a row, with the topics that were asked for', async () => {
    const port = await freePorts(4)
    const registryPort = port + 3
    const [ready, stop] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let out = ''
    const ended = runProgram(
      up(
        port,
        '--brokers',
        '3',
        '--registry-port',
        String(registryPort),
        '--topic',
        'orders:6:2',
        '--topic',
        'flows',
      ),
      {
        out: (text) => {
          out += text
          if (text.startsWith('Ready')) ready.resolve()
        },
        err: (text) => ready.reject(new Error(text)),
        env: {},
        stopped: () => stop.promise,
      },
    )
    await ready.promise
    const brokers = [0, 1, 2].map((index) => `127.0.0.1:${port + index}`)
    expect(out).toContain(brokers.join(','))
    expect(out).toContain(`http://127.0.0.1:${registryPort}`)

    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata({ topics: ['orders', 'flows'] })
    await admin.disconnect()
    const shape = topics.map(({ name, partitions }) => [
      name,
      partitions.length,
      partitions[0]?.replicas.length,
    ])
    expect(shape.toSorted((a, b) => String(a[0]).localeCompare(String(b[0])))).toEqual([
      ['flows', 1, 3],
      ['orders', 6, 2],
    ])
    const response = await fetch(`http://127.0.0.1:${registryPort}/subjects`)
    expect(await response.json()).toEqual([])

    stop.resolve()
    expect(await ended).toBe(0)
    expect(out).toMatch(/Stopped\.\n$/)
    expect(await Promise.all([port, port + 1, port + 2, registryPort].map(isOpen))).toEqual([
      false,
      false,
      false,
      false,
    ])
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly by itself at %s', async (signal) => {
    const port = await freePorts(2)
    const args = [
      '--disable-warning=ExperimentalWarning',
      main,
      ...up(port, '--registry-port', String(port + 1)),
    ]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const lines: string[] = []
      for await (const line of createInterface(child.stdout)) {
        lines.push(line)
        if (line.startsWith('Ready')) child.kill(signal)
      }
      const [exitCode] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]
      expect(lines.at(-1)).toBe('Stopped.')
      expect(exitCode).toBe(0)
    } finally {
      child.kill('SIGKILL')
    }
  })

  it.each([
    ['second broker', 1],
    ['registry', 2],
    ['control endpoint', 3],
  ])('says when the port of the %s is taken, and leaves nothing running', async (_, offset) => {
    const port = await freePorts(4)
    const taken = await listen(port + offset)
    let err = ''
    const others = ['--registry-port', String(port + 2), '--control-port', String(port + 3)]
    const exitCode = await runProgram(up(port, '--brokers', '2', ...others), {
      out: () => undefined,
      err: (text) => void (err += text),
      env: {},
      stopped: () => Promise.resolve(),
    })
    taken.close()
    expect(exitCode).toBe(1)
    expect(err).toContain(`port ${port + offset} is taken`)
    expect(await Promise.all([0, 1, 2, 3].map((at) => isOpen(port + at)))).toEqual([
      false,
      false,
      false,
      false,
    ])
  })

  it('says so when there are too few brokers for a topic', async () => {
    const port = await freePorts(2)
    let err = ''
    const exitCode = await runProgram(
      up(port, '--registry-port', String(port + 1), '--topic', 'orders:1:3'),
      {
        out: () => undefined,
        err: (text) => void (err += text),
        env: {},
        stopped: () => Promise.resolve(),
      },
    )
    expect(exitCode).toBe(1)
    expect(err).toMatch(/replicat/i)
    expect(await isOpen(port)).toBe(false)
  })
})
