import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { canStartRealKafka } from '@headwater/kafka'
import { producerDefaults } from '@headwater/producer'
import { describe, expect, it } from 'vitest'

const possible = await canStartRealKafka()

/** What the toolkit promises to stay within: the two bounds, their bookkeeping, and 64 MiB for everything else. */
const allowedMiB = (2 * producerDefaults.bufferMemory + producerDefaults.bufferMemory) / 2 ** 20 + 64

// Freezes a cluster of its own; canStartRealKafka prints why a computer cannot start one.
describe.skipIf(!possible)('an outage of a real cluster', () => {
  it('costs 30 s of sends at most the two memory bounds, and no accepted record', async () => {
    const run = fileURLToPath(new URL('outage-run.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', run])
    const result = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>
    console.log(JSON.stringify(result))
    expect(result).toMatchObject({
      undelivered: 0,
      report: { lost: 0, duplicated: 0, reordered: 0, misplaced: 0 },
    })
    // What there was no room for was refused at once; everything else was delivered.
    expect(Object.keys(result['failed'] as object)).toEqual(['not-sent BUFFER_FULL'])
    const report = result['report'] as { acknowledged: number; stored: number }
    expect(report.stored).toBe(report.acknowledged)
    expect(result['grownWithRecoveryMiB']).toBeLessThanOrEqual(allowedMiB)
  }, 240_000)
})
