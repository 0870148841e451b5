import { afterAll, afterEach, beforeAll } from 'vitest'
import type { ClusterUnderTest } from '../cluster-under-test.ts'
import { describeActiveProducers } from './active-producer-facts.ts'
import { describeAlterConfigs } from './alter-configs-facts.ts'
import { describeBatches } from './batch-facts.ts'
import { BrokerBench } from './broker-bench.ts'
import { describeSettings } from './config-facts.ts'
import { describeEpochEnds } from './epoch-end-facts.ts'
import { describeFetch } from './fetch-facts.ts'
import { describeFetchSessions } from './fetch-session-facts.ts'
import { describeFrames } from './frame-facts.ts'
import { describeGroupMembers } from './group-facts.ts'
import { describeGroupOffsets } from './group-offset-facts.ts'
import { describeIdempotence } from './idempotence-facts.ts'
import { describeDirectories } from './log-dir-facts.ts'
import { describeMetadata } from './metadata-facts.ts'
import { describeOffsetDelete } from './offset-delete-facts.ts'
import { describeOffsets } from './offset-facts.ts'
import { describeProduce } from './produce-facts.ts'
import { describeReassignments } from './reassignment-facts.ts'
import { describeStaticMembers } from './static-member-facts.ts'
import { describeTopics } from './topic-facts.ts'
import { describeTopicPages } from './topic-page-facts.ts'
import { describeVersions } from './version-facts.ts'

/**
 * Facts about Kafka as a client sees them on the wire, whichever cluster it is.
 *
 * @param isLeftOut - whether a request is one that the cluster openly does without
 */
export function describeBroker(
  getCluster: () => ClusterUnderTest,
  isLeftOut: (api: string) => boolean = () => false,
): void {
  let bench: BrokerBench
  const getBench = (): BrokerBench => bench

  beforeAll(() => {
    bench = new BrokerBench(getCluster())
  })
  afterEach(() => bench.closeOwn())
  afterAll(() => bench.close())

  describeVersions(getBench, isLeftOut)
  describeFrames(getBench)
  describeProduce(getBench)
  describeBatches(getBench)
  describeIdempotence(getBench)
  describeActiveProducers(getBench)
  describeMetadata(getBench)
  describeTopics(getBench)
  describeTopicPages(getBench)
  describeSettings(getBench)
  describeAlterConfigs(getBench)
  describeDirectories(getBench)
  describeReassignments(getBench)
  describeFetch(getBench)
  describeFetchSessions(getBench)
  describeOffsets(getBench)
  describeEpochEnds(getBench)
  describeGroupMembers(getBench)
  describeStaticMembers(getBench)
  describeGroupOffsets(getBench)
  describeOffsetDelete(getBench)
}
