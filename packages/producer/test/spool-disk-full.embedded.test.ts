import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Producer, SendResult } from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

const disk = mkdtempSync(join(tmpdir(), 'headwater-full-disk-'))
const folder = join(disk, 'spool')
const ballast = join(disk, 'ballast')
/** A file system with room for about 200 of the records below, and for ten when the ballast is in it. */
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { encoding: 'utf8' })
const why = mounted.status === 0 ? undefined : (mounted.error?.message ?? mounted.stderr.trim())
if (why !== undefined) console.warn(`skipped: a spool on a full disk, because none can be mounted: ${why}`)

// Without the right to mount there is no disk to fill; the line above says so.
describe.skipIf(why !== undefined)('a spool whose disk is full', () => {
  let kafka: EmbeddedKafka
  let next = 0
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    next = 0
    writeFileSync(ballast, Buffer.alloc(232 * 1024))
    mkdirSync(folder)
    kafka = await startKafka({ topics: { orders: { partitions: 1 } } })
  })
  afterEach(async () => {
    await kafka.close()
    rmSync(folder, { recursive: true })
    rmSync(ballast, { force: true })
  })
  afterAll(() => {
    spawnSync('umount', [disk])
    rmdirSync(disk)
  })

  const spooling = (): Producer => producerFor(kafka, { onUnavailable: { folder, afterMs: 50 } })
  /** One record of 1 KB after the other, so that each is a write of its own. */
  const sendOneByOne = async (producer: Producer, count: number): Promise<SendResult[]> => {
    const results: SendResult[] = []
    for (let sent = 0; sent < count; sent++) {
      const key = String(next++).padEnd(1000, '.')
      results.push(await producer.trySend({ topic: 'orders', key, value: key.slice(0, key.indexOf('.')) }))
    }
    return results
  }
  const valuesOf = (results: readonly SendResult[], first: number, status: string): string[] =>
    results.flatMap((result, at) => (result.status === status ? [String(first + at)] : []))
  const stored = async (): Promise<(string | undefined)[]> =>
    (await kafka.records('orders')).map(({ value }) => value?.toString())
  const fill = async (): Promise<{ producer: Producer; results: SendResult[] }> => {
    const producer = spooling()
    await producer.ready()
    await kafka.broker(1).stop()
    await until(() => producer.stats().connections === 0)
    return { producer, results: await sendOneByOne(producer, 30) }
  }

  it('tells the sender, keeps what it told of, and goes on when there is room', async () => {
    const { producer, results } = await fill()
    const spooled = valuesOf(results, 0, 'spooled')
    expect(spooled.length).toBeGreaterThan(3)
    // What fitted is a beginning; nothing gets in behind what was refused before that has left the disk.
    expect(spooled).toEqual(spooled.map((_, at) => String(at)))
    const [refused, behind] = results.slice(spooled.length)
    expect(refused!.error).toMatchObject({
      outcome: 'not-sent',
      retriable: true,
      cause: { code: 'SPOOL_FAILED', cause: { code: 'ENOSPC' } },
    })
    expect(behind!.error).toMatchObject({ outcome: 'not-sent', cause: { cause: { code: 'ENOSPC' } } })
    rmSync(ballast)
    const later = await sendOneByOne(producer, 20)
    expect(valuesOf(later, 30, 'spooled')).toHaveLength(20)
    await kafka.broker(1).start()
    await until(() => producer.stats().spoolRecords === 0)
    expect(await stored()).toEqual([...spooled, ...valuesOf(later, 30, 'spooled')])
    // Files that are done with leave the disk a little later than the records.
    await until(() => producer.stats().spoolBytes === 0)
  })

  it('leaves nothing half written for the next process', async () => {
    const { producer, results } = await fill()
    await producer.close()
    await kafka.broker(1).start()
    const after = spooling()
    const spooled = valuesOf(results, 0, 'spooled')
    await until(() => after.stats().replayed === spooled.length)
    await after.close()
    expect(await stored()).toEqual(spooled)
  })
})
