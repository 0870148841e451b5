import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka } from '@headwater/embedded'
import { describe, expect, it } from 'vitest'
import { DemoProcess } from './demo-process.ts'

const zeros = { lost: 0, duplicated: 0, reordered: 0 }
const timeout = 60_000

/** What the live page is told, as far as it is looked at. */
interface Live {
  readonly acknowledged: number
  readonly producer: { readonly retries: number }
  readonly cluster: { readonly stored: number; readonly faults: number }
  readonly actions: readonly { readonly order: string }[]
}

/** Listens until something is as wanted. */
async function liveUntil(intake: string | undefined, wanted: (live: Live) => boolean): Promise<Live> {
  const response = await fetch(`${intake}/live`)
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body!) {
    const parts = (text + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts.filter((each) => each.startsWith('data: '))) {
      const live = JSON.parse(part.slice(6)) as Live
      if (wanted(live)) return live
    }
  }
  throw new Error('the stream ended')
}

describe('runProgram', () => {
  it('loses, doubles and reorders nothing while faults of every kind fire', { timeout }, async () => {
    const { code, stdout, stderr, json } = await new DemoProcess(['--count', '300']).end()
    expect(code, stderr).toBe(0)
    // Of 108 fixtures five are unreadable.
    expect(json).toMatchObject({ sent: 300, stored: 300, deadLettered: 10, ...zeros })
    expect(json['faults']).toBeGreaterThan(10)
    for (const kind of ['acknowledgement lost', 'request lost', 'leader of a', 'broker stopped']) {
      expect(stdout).toMatch(new RegExp(`${kind}.* [1-9]\\d*\\n`))
    }
    expect(stdout).not.toContain('\u001b')
    // Progress, and none of the warnings that kafkajs causes.
    expect(stderr).toMatch(/^starting .*\nsending 1 of 300 mails[^]*\nreading back/)
    expect(stderr).not.toContain('Warning')
  })

  it(
    'prints one line alone with --json, and lets nothing go wrong with --no-faults',
    { timeout },
    async () => {
      const { code, stdout, json } = await new DemoProcess(['--count', '3', '--json', '--no-faults']).end()
      expect(code).toBe(0)
      expect(stdout.split('\n')).toHaveLength(2)
      expect(Object.keys(json)).toEqual([
        'sent',
        'stored',
        'lost',
        'duplicated',
        'reordered',
        'deadLettered',
        'faults',
        'seconds',
      ])
      expect(json).toMatchObject({ sent: 3, stored: 3, faults: 0, ...zeros })
    },
  )

  it('sends the files of --emails, and says which of them the intake refuses', { timeout }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'demo-emails-'))
    try {
      await writeFile(join(folder, 'mail.eml'), 'From: a@example.org\r\n\r\nhello\r\n')
      await writeFile(join(folder, 'large.eml'), `From: a@example.org\r\n\r\n${'x'.repeat(2_000_000)}`)
      await writeFile(join(folder, 'no-mail'), 'no header in here')
      await writeFile(join(folder, 'empty'), '')
      const { code, stdout, json } = await new DemoProcess(['--emails', folder, '--count', '8']).end()
      expect(code).toBe(0)
      // Each file twice; those that are the same stand in the log as often as they were sent.
      expect(json).toMatchObject({ sent: 8, stored: 6, deadLettered: 2, ...zeros })
      expect(stdout).toMatch(/refused +2 +400: EMPTY_BODY/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('runs on a cluster that it is given, and counts only what it wrote itself', { timeout }, async () => {
    await using kafka = await startKafka({ brokers: 2, registry: true })
    const env = { KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers, SCHEMA_REGISTRY_URL: kafka.registryUrl }
    for (const run of [1, 2]) {
      const { code, json, stderr } = await new DemoProcess(
        ['--cluster', '--count', '10', '--json'],
        env,
      ).end()
      expect(code, stderr).toBe(0)
      expect(json).toMatchObject({ sent: 10, stored: 10, faults: 0, ...zeros })
      expect(await kafka.records('ingestion.raw.messages')).toHaveLength(10 * run)
    }
    expect(kafka.partition('ingestion.raw.messages', 0).replicas).toHaveLength(2)
  })

  it('stays up with --keep until it is interrupted', { timeout }, async () => {
    const demo = new DemoProcess(['--count', '2', '--keep'])
    const said = await demo.said('Up until Ctrl+C')
    const intake = /http:\S+(?=\/channels\/email)/.exec(said)?.[0]
    expect((await fetch(`${intake}/healthz`)).status).toBe(200)
    expect(said).toContain(`The live page: ${intake}/\n`)
    // Mails go on coming; a fault that the page orders happens, and what is acknowledged stays what is stored.
    const before = await liveUntil(intake, ({ acknowledged, cluster }) => {
      return acknowledged > 2 && acknowledged === cluster.stored
    })
    const order = 'lose-acknowledgement'
    expect(before.actions).toContainEqual(expect.objectContaining({ order }))
    const headers = { 'x-headwater-order': order }
    expect((await fetch(`${intake}/live/orders/${order}`, { method: 'POST', headers })).status).toBe(204)
    await liveUntil(intake, ({ acknowledged, cluster, producer }) => {
      const more = acknowledged > before.acknowledged && producer.retries > before.producer.retries
      return more && cluster.faults > before.cluster.faults && acknowledged === cluster.stored
    })
    demo.interrupt()
    const { code, json } = await demo.end()
    expect(code).toBe(0)
    expect(json).toMatchObject({ sent: 2, stored: 2 })
  })

  it('ends in the middle when it is interrupted', { timeout }, async () => {
    const demo = new DemoProcess([])
    await demo.said('sending')
    demo.interrupt()
    expect(await demo.end()).toMatchObject({ code: 130, stdout: '' })
  })

  it('says in a line why it cannot run', { timeout }, async () => {
    const unreachable = { KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:1', SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1' }
    const cases = [
      { args: ['--count', '0'], says: /whole number/ },
      { args: ['--emails', join(import.meta.dirname, 'nowhere')], says: /folder of raw mails/ },
      {
        args: ['--cluster'],
        env: { ...unreachable, KAFKA_PRODUCER_ACKS: 'some' },
        says: /KAFKA_PRODUCER_ACKS/,
      },
      { args: ['--cluster'], env: unreachable, says: /ECONNREFUSED/ },
    ]
    for (const { args, env, says } of cases) {
      const { code, stdout, stderr } = await new DemoProcess(args, env).end()
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(says)
      expect(stderr).not.toContain('    at ')
    }
  })

  // It ended with 1, which says that a mail was lost.
  it('ends with 2 for what nobody foresaw', { timeout }, async () => {
    const { code, stdout, stderr } = await new DemoProcess([], {
      TMPDIR: join(import.meta.dirname, 'nowhere'),
    }).end()
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('mkdtemp')
  })
})
