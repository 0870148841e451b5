import { setTimeout as delay } from 'node:timers/promises'
import type { Scenario } from '../scenario.ts'

const frozenMs = 20_000
const betweenMs = 30_000

/** Connections stay open and nothing answers; the controller fences every broker meanwhile, so all leaders are new. */
export const allFrozen: Scenario = {
  name: 'all-frozen',
  about: 'All brokers stand still for 20 s (SIGSTOP) and go on.',
  async run({ cluster, topics, load, say }) {
    await load.wait(3000)
    do {
      await cluster.freezeAll()
      say('all brokers are frozen')
      await delay(frozenMs)
      await cluster.thawAll()
      say('all brokers are thawed')
      await cluster.admin.untilInSync(topics)
    } while (await load.wait(betweenMs))
  },
}
