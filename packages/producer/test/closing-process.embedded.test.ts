import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startKafka } from '@headwater/embedded'
import { describe, expect, it } from 'vitest'

describe('closing while 10,000 records are pending and a broker is down', () => {
  it('returns in time, hands the records back, and lets the process end by itself', async () => {
    await using kafka = await startKafka({
      brokers: 2,
      topics: { orders: { partitions: 4, replicationFactor: 1 } },
    })
    const script = fileURLToPath(new URL('./closing-process.ts', import.meta.url))
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', script, kafka.bootstrapServers],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    child.stdout.setEncoding('utf8')
    let output = ''
    child.stdout.on('data', (text: string) => {
      output += text
      // The child is connected: now a broker goes away, for good, and another stands still.
      if (output.includes('connected\n')) {
        void kafka.broker(1).stop()
        kafka.broker(2).freeze()
        child.stdin.end()
      }
    })
    const [code] = (await once(child, 'exit')) as [number]
    const endedMs = Date.now()
    expect(code).toBe(0)
    const report = JSON.parse(output.split('\n')[1]!) as Record<string, unknown>
    expect(report).toMatchObject({
      undelivered: 10_000,
      settled: 10_000,
      stats: { bufferedBytes: 0, pendingRecords: 0 },
    })
    // 2 s were allowed; without them it would have been the delivery timeout, 120 s.
    expect(report['closeMs']).toBeLessThan(20_000)
    expect(Object.keys(report['outcomes'] as object).toSorted()).toEqual(['not-sent', 'unknown'])
    // Nothing held the process back once the producer was closed.
    expect(endedMs - (report['closedAtMs'] as number)).toBeLessThan(20_000)
  })
})
