import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { LoadProcess } from './load-process.ts'
import type { LoadOrder, LoadSummary } from './load-order.ts'
import { outcomeMarks, type SendOutcome } from './outcome-file.ts'
import type { SeededRandom } from './seeded-random.ts'

const leastLifeMs = 500
const mostLifeMs = 6000
/** Numbers that each life of the client has for its transactions. */
const numbersPerLife = 2000
/** The last life is not killed: its start ends what the one before it left open, and it ends its own by itself. */
const lastTransactions = 10

/**
 * Kills a client that sends transactions at random moments, and starts a new one with the same transactional id each time,
 * until enough records are committed or the time for it is over.
 */
export async function runKilledClient(
  first: LoadProcess,
  order: LoadOrder,
  random: SeededRandom,
  say: (what: string) => void,
): Promise<LoadSummary | { readonly crashed: string }> {
  const endMs = performance.now() + order.maxLoadMs
  let process = first
  let lives = 1
  const begin = async (changes: Partial<LoadOrder>): Promise<void> => {
    process = new LoadProcess({ ...order, ...changes })
    await process.ready()
    process.go()
  }
  try {
    while (performance.now() < endMs && (await count(order, 'acknowledged')) < order.records) {
      await delay(leastLifeMs + random.below(mostLifeMs - leastLifeMs))
      await process.kill()
      await begin({ firstNumber: lives++ * numbersPerLife })
    }
    await process.kill()
    say(`${order.topic} was written by ${lives} processes that were killed`)
    await begin({ firstNumber: lives * numbersPerLife, records: lastTransactions * order.keys })
    const end = await process.done()
    if ('crashed' in end) return end
    // Of all its lives; what was open at each death counts nowhere.
    const sent = await Promise.all(
      (Object.keys(outcomeMarks) as SendOutcome[]).map((each) => count(order, each)),
    )
    return { ...end, sent: sent.reduce((sum, each) => sum + each, 0) }
  } catch (error) {
    // A client that cannot come back is a finding about this client; the others go on.
    await process.kill()
    return { crashed: (error as Error).message }
  }
}

async function count({ outcomesFile }: LoadOrder, outcome: SendOutcome): Promise<number> {
  const text = await readFile(outcomesFile, 'utf8').catch(() => '')
  return text.split(` ${outcomeMarks[outcome]} `).length - 1
}
