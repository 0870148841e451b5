import { expect, describe, it } from 'vitest'
import { seededRandom } from '../src/faults/seeded-random.ts'
import { runSchedule } from './schedule-run.ts'
import { randomSchedule, type Step } from './schedule-steps.ts'

const runs = Number(process.env['HEADWATER_SCHEDULE_RUNS'] ?? 200)
const seed = (Number(process.env['HEADWATER_TEST_SEED']) || Date.now()) >>> 0
const steps = 40
/** Runs that may be spent on making a schedule that fails shorter. */
const maxShrinks = 150
console.info(`seed of the random schedules: HEADWATER_TEST_SEED=${seed} (HEADWATER_SCHEDULE_RUNS=${runs})`)

/** Leaves out what the failure does not need: first long stretches, then single steps. */
async function shrink(schedule: readonly Step[]): Promise<readonly Step[]> {
  let smallest = schedule
  let left = maxShrinks
  for (let size = schedule.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < smallest.length && left > 0; left--) {
      const without = smallest.toSpliced(at, size)
      if ((await runSchedule(without)).failure === undefined) at += size
      else smallest = without
    }
  }
  return smallest
}

/** The message of a test that failed: how to repeat it, and the least that is needed for it. */
async function report(schedule: readonly Step[], scheduleSeed: number, failure: string): Promise<string> {
  const smallest = await shrink(schedule)
  const again = await runSchedule(smallest)
  return [
    `${failure}\nHEADWATER_TEST_SEED=${scheduleSeed} HEADWATER_SCHEDULE_RUNS=1 repeats it.`,
    `The shortest schedule found, of ${smallest.length} steps: ${again.failure ?? 'fails now and then'}`,
    ...smallest.map((step) => `  ${JSON.stringify(step)}`),
    `The journal ends with:\n${again.journalTail}`,
  ].join('\n')
}

describe('startKafka', () => {
  it(
    'neither loses nor doubles a record, keeps the order, and shows exactly what is committed, whatever happens',
    { timeout: 20_000 + runs * 500 },
    async () => {
      const total = { records: 0, transactions: 0, faultsFired: 0 }
      for (let run = 0; run < runs; run++) {
        // Each schedule has a seed of its own, so that one run of it repeats the failure.
        const scheduleSeed = (seed + run) >>> 0
        const schedule = randomSchedule(seededRandom(scheduleSeed), steps)
        const outcome = await runSchedule(schedule)
        if (outcome.failure !== undefined) expect.fail(await report(schedule, scheduleSeed, outcome.failure))
        total.records += outcome.records
        total.transactions += outcome.transactions
        total.faultsFired += outcome.faultsFired
      }
      // Schedules in which nothing happens would prove nothing.
      expect(total.records).toBeGreaterThan(runs * 10)
      expect(total.transactions).toBeGreaterThan(runs)
      expect(total.faultsFired).toBeGreaterThan(runs)
      console.info(`${runs} schedules: ${JSON.stringify(total)}`)
    },
  )
})
