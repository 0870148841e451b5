import { fetch, metadata } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import type { BrokerBench } from './broker-bench.ts'
import { fetchRequest } from './fetch-from.ts'
import type { RawClient } from './raw-client.ts'

/** What becomes of connections that nobody uses, on brokers with this `connections.max.idle.ms`. */
export function describeIdleConnections(getBench: () => BrokerBench, maxIdleMs: number): void {
  /** Milliseconds until the broker hangs up. */
  const endOf = async ({ closed }: RawClient): Promise<number> => {
    const beganMs = performance.now()
    await closed
    return performance.now() - beganMs
  }
  const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

  describe('a connection that nobody uses', () => {
    it('is cut, also while a request in it waits for its answer; one that is used is not', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const leader = await bench.leaderAddress(topic)
      const [silent, asked, waits, used] = [
        await bench.fresh(),
        await bench.fresh(),
        await bench.fresh(leader),
        await bench.fresh(),
      ]
      await asked.send(metadata, 12, { topics: [] })
      const answer = waits.sendOrClose(fetch, 12, fetchRequest(topic, { maxWaitMs: 4 * maxIdleMs }))
      const use = async (): Promise<void> => {
        while (!(silent.isClosed && asked.isClosed && waits.isClosed)) {
          await after(maxIdleMs / 4)
          await used.send(metadata, 12, { topics: [] })
        }
      }
      const [ends] = await Promise.all([Promise.all([silent, asked, waits].map(endOf)), use()])
      expect(await answer).toBe('closed')
      // The broker's clock began before this one did.
      expect(Math.min(...ends)).toBeGreaterThan(maxIdleMs * 0.8)
      expect(used.isClosed).toBe(false)
    })
  })
}
