import type { Scenario } from '../scenario.ts'

const longestDownMs = 3000

/** The next leader dies as soon as every replica is in sync again. */
export const leaderKilled: Scenario = {
  name: 'leader-killed',
  about: 'A leader is killed with SIGKILL and restarted, the next one as soon as all replicas are in sync.',
  async run({ cluster, topics, random, load, say }) {
    await load.wait(2000)
    do {
      const partitions = await cluster.admin.partitionsOf(topics[random.below(topics.length)]!)
      const { leader } = partitions[random.below(partitions.length)]!
      await cluster.kill(leader)
      say(`broker ${leader} is killed`)
      await load.wait(random.below(longestDownMs))
      await cluster.start(leader)
      await cluster.admin.untilInSync(topics)
      say('all replicas are in sync')
    } while (await load.wait(500))
  },
}
