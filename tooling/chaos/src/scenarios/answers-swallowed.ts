import type { Scenario } from '../scenario.ts'

const share = 1 / 30

/** The case that idempotence is for: the record is in the log, and nobody says so. */
export const answersSwallowed: Scenario = {
  name: 'answers-swallowed',
  about:
    'Of the answers to Produce requests, one in 30 is swallowed after the append, and its connection cut.',
  async run({ cluster, load, say }) {
    const before = cluster.cuts
    cluster.setTrouble({ swallowedAnswers: share })
    while (load.isOn) await load.wait(1000)
    cluster.setTrouble({})
    say(`${cluster.cuts - before} answers were swallowed`)
  },
}
