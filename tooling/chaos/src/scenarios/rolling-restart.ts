import type { Scenario } from '../scenario.ts'

/** As an operator rolls out a new version, over and over. */
export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  about: 'Brokers are restarted one after the other with controlled shutdown, as for a new version.',
  async run({ cluster, topics, random, load, say }) {
    await load.wait(2000)
    do {
      for (const id of random.shuffle(cluster.brokerIds)) {
        await cluster.stop(id)
        await cluster.start(id)
        await cluster.admin.untilInSync(topics)
        say(`broker ${id} is restarted`)
        if (!load.isOn) return
      }
    } while (await load.wait(500))
  },
}
