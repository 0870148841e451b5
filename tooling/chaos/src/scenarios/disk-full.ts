import { setTimeout as delay } from 'node:timers/promises'
import { smallDiskBroker } from '../small-disk.ts'
import type { Scenario } from '../scenario.ts'

const leastDownMs = 4000
const patienceMs = 30_000

/** A broker whose only disk fails ends itself, so this is a death that begins with failing appends. */
export const diskFull: Scenario = {
  name: 'disk-full',
  about: "One broker's disk runs full under load; the broker gives up, gets room and is started again.",
  needs: 'small-disk',
  async run({ cluster, topics, load, say }) {
    await load.wait(4000)
    do {
      await cluster.disk!.fill()
      say(`the disk of broker ${smallDiskBroker} is full`)
      const deadline = Date.now() + patienceMs
      while (cluster.isUp(smallDiskBroker) && Date.now() < deadline) await delay(100)
      say(cluster.isUp(smallDiskBroker) ? 'the broker lives on' : 'the broker has ended')
      await load.wait(leastDownMs)
      await cluster.disk!.free()
      await cluster.kill(smallDiskBroker)
      await cluster.start(smallDiskBroker)
      await cluster.admin.untilInSync(topics)
      say('there is room again, and all replicas are in sync')
    } while (await load.wait(4000))
  },
}
