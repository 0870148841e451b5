import type { Scenario } from '../scenario.ts'
import type { SeededRandom } from '../seeded-random.ts'

/**
 * How far connections get, by share: some die in their first requests, most somewhere in the load, and a few live long
 * enough for requests of any size, so that large batches meet cuts and no wall.
 */
const lives = [
  { share: 0.1, maxBytes: 400 },
  { share: 0.7, maxBytes: 200_000 },
  { share: 0.2, maxBytes: 4_000_000 },
] as const

function drawBytes(random: SeededRandom): number {
  let drawn = random.next()
  const life = lives.find(({ share }) => (drawn -= share) < 0) ?? lives[2]
  return 1 + random.below(life.maxBytes)
}

/** Anywhere: in a request, in an answer, within the four bytes of a size. */
export const connectionsCut: Scenario = {
  name: 'connections-cut',
  about: 'Every connection is cut after a random number of bytes, anywhere in a request or an answer.',
  async run({ cluster, load, say }) {
    const before = cluster.cuts
    cluster.setTrouble({ cutAfterBytes: drawBytes })
    while (load.isOn) await load.wait(1000)
    cluster.setTrouble({})
    say(`${cluster.cuts - before} connections were cut`)
  },
}
