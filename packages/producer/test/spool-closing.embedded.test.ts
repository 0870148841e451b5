import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Producer } from '../src/index.ts'
import { SpoolStore } from '../src/spool/spool-store.ts'
import { producersUnderTest, until } from './producers.ts'

/** Files of a folder that this process has open. */
function openFilesIn(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`)
      return path.startsWith(folder) ? [path] : []
    } catch {
      // The one that the list itself was read by.
      return []
    }
  })
}

describe.runIf(process.platform === 'linux')('closing a producer with a spool', () => {
  let kafka: EmbeddedKafka
  let folder: string
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headwater-spool-'))
    kafka = await startKafka({ topics: { orders: {} } })
  })
  afterEach(async () => {
    await kafka.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const spooling = (): Producer =>
    producerFor(kafka, { onUnavailable: { folder, afterMs: 20, sync: 'never' } })
  const spoolOne = async (): Promise<void> => {
    await kafka.broker(1).stop()
    const producer = spooling()
    expect(await producer.trySend({ topic: 'orders', value: 'x' })).toMatchObject({ status: 'spooled' })
    await producer.close()
  }

  // It gave the folder away before, and wrote there afterwards; the files that it opened for that were never closed, for
  // which Node ends the process when it collects them.
  it('waits until a refused record is kept, and done with', async () => {
    await spoolOne()
    // A pipe stands for a disk that is slow: it is opened when somebody reads.
    const path = join(folder, 'rejected.ndjson')
    execFileSync('mkfifo', [path])
    kafka.faults.on('Produce').reply('INVALID_RECORD')
    await kafka.broker(1).start()
    const producer = spooling()
    await until(() => kafka.faults.fired > 0 && producer.stats().inFlightRequests === 0)
    const closing = producer.close({ timeoutMs: 0 })
    const first = await Promise.race([
      closing.then(() => 'closed'),
      new Promise((resolve) => setTimeout(resolve, 1500, 'waits')),
    ])
    const kept = await readFile(path, 'utf8')
    expect(JSON.parse(kept)).toMatchObject({ topic: 'orders', error: { code: 'INVALID_RECORD' } })
    expect(first).toBe('waits')
    expect(await closing).toEqual({ undelivered: [] })
    expect(openFilesIn(folder)).toEqual([])
    expect(readdirSync(folder)).toEqual(['rejected.ndjson'])
  })

  it('leaves no file open, however early it comes', async () => {
    await spoolOne()
    for (let run = 0; run < 100; run++) {
      const turns = run % 20
      const producer = spooling()
      for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
      await producer.close({ timeoutMs: 0 })
      await new Promise((resolve) => setTimeout(resolve, 2))
      expect([turns, openFilesIn(folder)]).toEqual([turns, []])
    }
  })

  it('ends all the same when the disk fails', async () => {
    // It rejected with the disk's error, handed nothing back, and left connections and timers.
    const failing = vi.spyOn(SpoolStore.prototype, 'close').mockRejectedValueOnce(new Error('EIO: i/o error'))
    const lines: string[] = []
    const ignore = (): void => undefined
    const error = (_: unknown, message: string): void => void lines.push(message)
    const producer = producerFor(kafka, {
      logger: { debug: ignore, info: ignore, warn: ignore, error },
      onUnavailable: { folder },
    })
    await producer.send({ topic: 'orders', value: 'x' })
    expect(await producer.close()).toEqual({ undelivered: [] })
    expect(producer.stats()).toMatchObject({ state: 'closed', connections: 0 })
    expect(lines).toEqual(['the spool cannot be closed as it should'])
    expect(readdirSync(folder)).toEqual([])
    failing.mockRestore()
  })
})
