import { execFile } from 'node:child_process'
import { describe, expect, it } from 'vitest'

/** Runs in a process of its own, which must then end by itself, without a word. */
const script = `
import { silentLogger, systemClock } from '@headwater/base'
import { metadata } from '@headwater/protocol'
import { createKafkajsLinks } from './src/link/kafkajs-links.ts'
import { ScriptedBroker } from './test/link/scripted-broker.ts'

const left = () => process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap' && name !== 'Immediate')
const code = (promise) => promise.then(() => 'resolved', (error) => error.code)

const broker = await ScriptedBroker.start({
  versions: ({ index }) => (index === 1 ? 'silent' : []),
  onRequest: (request, peer) => request.body.length > 0 && peer.answer(request, metadata, [request.body]),
})
const options = { connection: { brokers: [broker.seed], connectTimeoutMs: 1000 } }
const links = createKafkajsLinks(options, { logger: silentLogger, clock: systemClock })

const ended = await links.open(broker.address)
for (let index = 0; index < 200; index++) await ended.send(metadata, 12, [Buffer.from('x')], { timeoutMs: 60_000 })
await ended.end(60_000)
console.log('silent', await code(links.open(broker.address)))
const slow = await links.open(broker.address)
console.log('slow', await code(slow.send(metadata, 12, [], { timeoutMs: 100 })))
const destroyed = await links.open(broker.address)
const pending = code(destroyed.send(metadata, 12, [], { timeoutMs: 60_000 }))
destroyed.destroy(new Error('enough'))
console.log('destroyed', await pending)
await links.open(broker.address)
await links.close()
await broker[Symbol.asyncDispose]()
// The event loop takes a few rounds to forget handles that are closed.
for (let round = 0; round < 10 && left().length > 0; round++) await new Promise((resolve) => setImmediate(resolve))
console.log('left', left().join())
`

describe('Link', () => {
  it('leaves no socket, no timer and no warning behind, however it ended', async () => {
    const { promise, resolve } = Promise.withResolvers<{ error: unknown; stdout: string; stderr: string }>()
    execFile(
      process.execPath,
      ['--input-type=module', '--disable-warning=ExperimentalWarning', '--eval', script],
      { cwd: new URL('../..', import.meta.url), timeout: 20_000 },
      (error, stdout, stderr) => resolve({ error, stdout, stderr }),
    )
    const { error, stdout, stderr } = await promise
    expect(stderr).toBe('')
    expect(error).toBeNull()
    expect(stdout.split('\n')).toEqual([
      'silent LINK_CONNECT_TIMEOUT',
      'slow LINK_REQUEST_TIMEOUT',
      'destroyed LINK_CLOSED',
      'left ',
      '',
    ])
  })
})
