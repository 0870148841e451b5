import type { Scenario } from '../scenario.ts'

/** The control: whoever is not clean here is not clean anywhere. */
export const quiet: Scenario = {
  name: 'quiet',
  about: 'Nothing happens.',
  run: () => Promise.resolve(),
}
