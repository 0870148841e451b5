import type { Scenario } from '../scenario.ts'

/** Some connections die within their first requests, most somewhere in the load. */
const shortLived = { share: 0.1, maxBytes: 400 }
const maxBytes = 200_000

/** Anywhere: in a request, in an answer, within the four bytes of a size. */
export const connectionsCut: Scenario = {
  name: 'connections-cut',
  about: 'Every connection is cut after a random number of bytes, anywhere in a request or an answer.',
  async run({ cluster, load, say }) {
    const before = cluster.cuts
    cluster.setTrouble({
      cutAfterBytes: (random) =>
        1 + random.below(random.next() < shortLived.share ? shortLived.maxBytes : maxBytes),
    })
    while (load.isOn) await load.wait(1000)
    cluster.setTrouble({})
    say(`${cluster.cuts - before} connections were cut`)
  },
}
