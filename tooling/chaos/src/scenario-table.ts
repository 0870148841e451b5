import { allFrozen } from './scenarios/all-frozen.ts'
import { answersSwallowed } from './scenarios/answers-swallowed.ts'
import { clientKilled } from './scenarios/client-killed.ts'
import { connectionsCut } from './scenarios/connections-cut.ts'
import { diskFull } from './scenarios/disk-full.ts'
import { leaderKilled } from './scenarios/leader-killed.ts'
import { partitionsMoved } from './scenarios/partitions-moved.ts'
import { quiet } from './scenarios/quiet.ts'
import { rollingRestart } from './scenarios/rolling-restart.ts'
import { slowNetwork } from './scenarios/slow-network.ts'
import { topicRecreated } from './scenarios/topic-recreated.ts'
import type { Scenario } from './scenario.ts'

/** All scenarios, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  quiet,
  slowNetwork,
  answersSwallowed,
  connectionsCut,
  partitionsMoved,
  topicRecreated,
  rollingRestart,
  leaderKilled,
  allFrozen,
  diskFull,
  clientKilled,
]
