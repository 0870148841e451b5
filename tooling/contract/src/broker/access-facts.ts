import type { AccessRule } from '@headwater/embedded'
import { describeGroups } from '@headwater/protocol'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { accessRequests, type AccessNames } from './access-requests.ts'
import { until, type BrokerBench } from './broker-bench.ts'
import type { RawClient } from './raw-client.ts'
import { TransactionalProducer } from './transactional-producer.ts'

/** A cluster that keeps one of its users from things. */
export interface GuardedCluster {
  /** May do everything. */
  readonly bench: BrokerBench
  /** A connection of the user whom the rules are about. */
  client(): Promise<RawClient>
  /** Resolves when the rules are in force. */
  deny(rules: readonly AccessRule[]): Promise<void>
  /** Resolves when no rule is in force any more. */
  liftAll(): Promise<void>
  close(): Promise<void>
}

type Denied = (names: AccessNames) => readonly AccessRule[]
type Fact = readonly [request: string, what: string, denied: Denied, answer: readonly string[]]

const topic =
  (...operations: NonNullable<AccessRule['operations']>): Denied =>
  ({ a }) => [{ topic: a.name, operations }]
const group =
  (...operations: NonNullable<AccessRule['operations']>): Denied =>
  ({ groups }) => [{ group: groups[0], operations }]
const transaction =
  (...operations: NonNullable<AccessRule['operations']>): Denied =>
  ({ ids }) => [{ transactionalId: ids[0], operations }]
const cluster =
  (...operations: NonNullable<AccessRule['operations']>): Denied =>
  () => [{ cluster: true, operations }]
const both =
  (...denied: readonly Denied[]): Denied =>
  (names) =>
    denied.flatMap((each) => each(names))

const noTopic = 'TOPIC_AUTHORIZATION_FAILED'
const noGroup = 'GROUP_AUTHORIZATION_FAILED'
const noTransaction = 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'
const noCluster = 'CLUSTER_AUTHORIZATION_FAILED'

/** Requests that name `a` and `b` are answered for both; denied is always something of `a`. */
const facts: readonly Fact[] = [
  ['Produce', 'writing', topic('Write'), [noTopic]],
  ['Produce in a transaction', 'the transactional id', transaction('Write'), [noTransaction]],
  ['Fetch by name', 'reading', topic('Read'), [noTopic]],
  ['Fetch by id', 'reading', topic('Read'), [noTopic]],
  ['ListOffsets', 'describing', topic('Describe'), [noTopic]],
  ['Metadata by name', 'describing', topic('Describe'), [noTopic, 'NONE']],
  ['Metadata by id', 'describing', topic('Describe'), [noTopic]],
  ['Metadata of all topics', 'describing', topic('Describe'), ['hidden', 'shown']],
  ['DescribeTopicPartitions', 'describing', topic('Describe'), [noTopic, 'NONE']],
  ['OffsetForLeaderEpoch', 'describing', topic('Describe'), [noTopic]],
  ['DescribeProducers', 'reading', topic('Read'), [noTopic]],
  ['CreateTopics', 'its name', ({ groups }) => [{ topic: groups[0], operations: ['Create'] }], [noTopic]],
  ['DeleteTopics by name', 'deleting', topic('Delete'), [noTopic]],
  ['DeleteTopics by id', 'deleting', topic('Delete'), [noTopic]],
  ['CreatePartitions', 'altering', topic('Alter'), [noTopic]],
  ['DeleteRecords', 'deleting', topic('Delete'), [noTopic]],
  ['DescribeConfigs of a topic', 'its settings', topic('DescribeConfigs'), [noTopic]],
  ['DescribeConfigs of a broker', 'its settings', cluster('DescribeConfigs'), [noCluster]],
  ['AlterConfigs', 'its settings', topic('AlterConfigs'), [noTopic]],
  ['IncrementalAlterConfigs', 'its settings', topic('AlterConfigs'), [noTopic]],
  ['AlterConfigs of a broker', 'its settings', cluster('AlterConfigs'), [noCluster]],
  ['IncrementalAlterConfigs of a broker', 'its settings', cluster('AlterConfigs'), [noCluster]],
  ['DescribeLogDirs', 'the cluster', cluster('Describe'), [noCluster]],
  ['AlterPartitionReassignments', 'the cluster', cluster('Alter'), [noCluster]],
  ['ListPartitionReassignments', 'the cluster', cluster('Describe'), [noCluster]],
  ['FindCoordinator of groups', 'describing', group('Describe'), [noGroup, 'NONE']],
  ['FindCoordinator of transactions', 'describing', transaction('Describe'), [noTransaction, 'NONE']],
  ['JoinGroup', 'reading', group('Read'), [noGroup]],
  ['SyncGroup', 'reading', group('Read'), [noGroup]],
  ['Heartbeat', 'reading', group('Read'), [noGroup]],
  ['LeaveGroup', 'reading', group('Read'), [noGroup]],
  ['DescribeGroups', 'describing', group('Describe'), [noGroup, 'NONE']],
  // Who may describe the cluster sees all groups.
  ['ListGroups', 'describing a group', group('Describe'), ['shown', 'shown']],
  [
    'ListGroups',
    'describing a group and the cluster',
    both(group('Describe'), cluster('Describe')),
    ['hidden', 'shown'],
  ],
  ['DeleteGroups', 'deleting', group('Delete'), [noGroup, 'GROUP_ID_NOT_FOUND']],
  ['OffsetCommit', 'the group', group('Read'), [noGroup, noGroup]],
  ['OffsetCommit', 'a topic', topic('Read'), [noTopic, 'NONE']],
  ['OffsetFetch of a group', 'the group', group('Describe'), [noGroup]],
  ['OffsetFetch of a group', 'a topic', topic('Describe'), [noTopic, 'NONE']],
  ['OffsetFetch of groups', 'one of them', group('Describe'), [noGroup, 'NONE']],
  ['OffsetDelete', 'the group', group('Delete'), [noGroup]],
  // KIP-679: who may write to any topic may have a producer id.
  ['InitProducerId', 'the cluster', cluster('IdempotentWrite'), ['NONE']],
  [
    'InitProducerId',
    'the cluster, and writing to any topic',
    both(cluster('IdempotentWrite'), () => [{ topic: '*', operations: ['Write'] }]),
    [noCluster],
  ],
  ['InitProducerId with a transactional id', 'the id', transaction('Write'), [noTransaction]],
  ['AddPartitionsToTxn', 'the id', transaction('Write'), [noTransaction, noTransaction]],
  ['AddPartitionsToTxn', 'a topic', topic('Write'), [noTopic, 'OPERATION_NOT_ATTEMPTED']],
  ['AddOffsetsToTxn', 'the id', transaction('Write'), [noTransaction]],
  ['AddOffsetsToTxn', 'the group', group('Read'), [noGroup]],
  ['EndTxn', 'the id', transaction('Write'), [noTransaction]],
  ['TxnOffsetCommit', 'the id', transaction('Write'), [noTransaction, noTransaction]],
  ['TxnOffsetCommit', 'the group', group('Read'), [noGroup, noGroup]],
  ['TxnOffsetCommit', 'a topic', topic('Read'), [noTopic, 'INVALID_PRODUCER_ID_MAPPING']],
]

/** What Kafka says to who may not do something, and that it says so only as long as that is so. */
export function describeAccess(getCluster: () => GuardedCluster): void {
  beforeAll(() => loadCoordinators(getCluster().bench))
  afterEach(() => getCluster().liftAll())

  describe('access', () => {
    it.each(facts)('%s tells who is kept from %s', async (request, _, denied, answer) => {
      const guarded = getCluster()
      const { bench } = guarded
      const names: AccessNames = {
        a: await bench.topic(),
        b: await bench.topic(),
        groups: [bench.name('group'), bench.name('group')],
        ids: [bench.name('id'), bench.name('id')],
      }
      const asks = await guarded.client()
      await guarded.deny(denied(names))
      const ask = accessRequests[request]!
      expect(await ask(asks, names)).toEqual(answer)
      await guarded.liftAll()
      for (const one of await ask(asks, names)) expect(one).not.toMatch(/AUTHORIZATION/u)
    })
  })
}

/** More names than there are partitions of groups and of transactions, so that a coordinator of each has been asked. */
const namesToLoad = 16

/** Coordinators say who is allowed to ask them before they are there, and all else only once they have loaded. */
async function loadCoordinators(bench: BrokerBench): Promise<void> {
  const client = await bench.client()
  for (let count = 0; count < namesToLoad; count++) {
    const name = bench.name('loads')
    await bench.coordinatorAddress(name)
    await until(`the coordinator of the group ${name} to load`, async () => {
      const { groups } = await client.send(describeGroups, 5, { groups: [name] })
      return groups[0]!.errorCode === 0 ? true : undefined
    })
    expect(await new TransactionalProducer(bench, name).initPatiently()).toMatchObject({ errorCode: 0 })
  }
}
