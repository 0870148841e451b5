import type { Scenario } from '../scenario.ts'

/** The runner does the killing: see `sends`. */
export const clientKilled: Scenario = {
  name: 'client-killed',
  about:
    'The client is killed with SIGKILL while transactions run, and a new one with the same transactional id goes on; read with read_committed.',
  sends: 'transactions-of-killed-clients',
  async run({ load }) {
    while (load.isOn) await load.wait(1000)
  },
}
