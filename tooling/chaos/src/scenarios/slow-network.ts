import type { Scenario } from '../scenario.ts'

const leastMs = 75
const jitterMs = 50

/** 100 ms on average each way. */
export const slowNetwork: Scenario = {
  name: 'slow-network',
  about: 'A round trip takes 200 ms on average, and a quarter more or less at random.',
  async run({ cluster, load }) {
    cluster.setTrouble({ holdMs: (random) => leastMs + random.below(jitterMs + 1) })
    while (load.isOn) await load.wait(1000)
    cluster.setTrouble({})
  },
}
