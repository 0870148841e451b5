import { readFile } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { ScriptedBroker } from './scripted-broker.ts'
import { createTestLinks } from './test-links.ts'

/** Linux's number for "the keep-alive timer runs" (proc(5), /proc/net/tcp). */
const keepAliveTimer = '02'
const established = '01'

/** The timer of the connection to a local port as Linux shows it: which, and after how many milliseconds it fires. */
async function timerOfConnectionTo(port: number): Promise<{ timer: string; firesInMs: number }> {
  const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/))
  const line = lines.find((fields) => fields[2] === remote && fields[3] === established)
  if (line === undefined) return expect.fail(`there is no connection to port ${port}`)
  const [timer, ticks] = line[5]!.split(':') as [string, string]
  // Linux counts here in hundredths of a second, whatever its own clock does.
  return { timer, firesInMs: Number.parseInt(ticks, 16) * 10 }
}

// Other systems show nobody the timers of their sockets.
describe.runIf(process.platform === 'linux')('the keep-alive of a Link', () => {
  it('asks after half a minute of silence whether the broker is still there', async () => {
    await using broker = await ScriptedBroker.start()
    await using links = createTestLinks({ brokers: [broker.seed] })
    await links.open(broker.address)
    // Until the last bytes of the handshake are acknowledged, the timer that would send them again runs.
    const timerNow = (): ReturnType<typeof timerOfConnectionTo> => timerOfConnectionTo(broker.address.port)
    await vi.waitFor(async () => expect((await timerNow()).timer).toBe(keepAliveTimer), 3000)
    const { firesInMs } = await timerNow()
    expect(firesInMs).toBeGreaterThan(20_000)
    expect(firesInMs).toBeLessThanOrEqual(30_000)
  })
})
