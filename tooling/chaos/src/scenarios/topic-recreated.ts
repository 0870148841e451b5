import { setTimeout as delay } from 'node:timers/promises'
import type { Scenario } from '../scenario.ts'

const goneMs = 3000

/** Once: of what was acknowledged before nothing is left to look at. What is acknowledged afterwards must be there. */
export const topicRecreated: Scenario = {
  name: 'topic-recreated',
  about: 'The topic is deleted under load, and created again three seconds later.',
  async run({ cluster, topics, partitions, load, say, forgetAcknowledged }) {
    await load.wait(5000)
    await cluster.admin.deleteTopics(topics)
    say('the topics are deleted')
    // Long enough for the last acknowledgement of the old topics to have arrived everywhere.
    await delay(goneMs)
    forgetAcknowledged()
    await cluster.admin.createTopics(topics, partitions)
    say('the topics are created again')
  },
}
