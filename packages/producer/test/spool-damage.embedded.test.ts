import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka } from '@headwater/embedded'
import { describe, expect, it } from 'vitest'
import type { LogFields } from '@headwater/base'
import { producersUnderTest, until } from './producers.ts'

describe('a record that is damaged while it waits in the spool', () => {
  const producerFor = producersUnderTest()

  // It was counted as waiting until the process ended, so that health and alerts spoke of it for ever; and its file, which
  // the log said is kept, was removed by the next process, which took the damage for an end that was never written.
  it('is lost with a word, waits no more, and its file is kept', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-spool-'))
    await using kafka = await startKafka({ topics: { orders: {} } })
    await kafka.broker(1).stop()
    const lines: { fields: LogFields; message: string }[] = []
    const ignore = (): void => undefined
    const error = (fields: LogFields, message: string): void => void lines.push({ fields, message })
    const producer = producerFor(kafka, {
      logger: { debug: ignore, info: ignore, warn: ignore, error },
      onUnavailable: { folder, afterMs: 20 },
    })
    try {
      await producer.sendMany(
        ['first', 'second', 'third'].map((value) => ({ topic: 'orders', value: value.padEnd(50) })),
      )
      const [name] = readdirSync(folder).filter((file) => file.endsWith('.spool'))
      const path = join(folder, name!)
      const file = openSync(path, 'r+')
      writeSync(file, 'damage', statSync(path).size - 20)
      closeSync(file)
      await kafka.broker(1).start()
      await until(() => producer.stats().replayed === 2 && producer.stats().spoolRecords === 0)
      expect((await kafka.records('orders')).map(({ value }) => String(value).trim())).toEqual([
        'first',
        'second',
      ])
      expect(lines.map(({ message }) => message)).toContain(
        'a record of the spool is damaged and lost; its file is kept',
      )
      const damaged = `${path}.damaged`
      await until(() => readdirSync(folder).includes(`${name}.damaged`))
      // It counts, since nobody but an operator takes it away.
      await until(() => producer.stats().spoolBytes === statSync(damaged).size)
      expect(await producer.health()).toMatchObject({ status: 'ready' })
      expect(producer.stats()).toMatchObject({ spoolOldestAgeMs: 0 })
      expect(await producer.send({ topic: 'orders', value: 'later' })).toMatchObject({ kind: 'log' })
      await producer.close()
      expect(readdirSync(folder)).toEqual([`${name}.damaged`])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
