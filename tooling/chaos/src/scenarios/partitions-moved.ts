import type { Scenario } from '../scenario.ts'

/** To two brokers, which takes the third replica and often the leader away, and back to three, which copies it anew. */
export const partitionsMoved: Scenario = {
  name: 'partitions-moved',
  about:
    'Partitions are reassigned to two brokers and back to three, again and again; most lose their leader by it.',
  async run({ cluster, topics, partitions, random, load, say }) {
    const move = async (replicas: number): Promise<void> => {
      for (const topic of topics) {
        const wanted = Array.from({ length: partitions }, (_, partition) => ({
          partition,
          replicas: random.shuffle(cluster.brokerIds).slice(0, replicas),
        }))
        await cluster.admin.reassign(topic, wanted)
      }
    }
    await load.wait(2000)
    let moves = 0
    do {
      await move(2)
      await move(3)
      moves += 2
    } while (await load.wait(500))
    say(`each partition was moved ${moves} times`)
  },
}
