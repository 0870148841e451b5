import { errorCode, offsetCommit, offsetFetch } from '@headwater/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TransactionBench } from './transaction-bench.ts'

/** Transactions on the wire, as Kafka has them with `transaction.version` 1. */
let bench: TransactionBench

beforeAll(async () => {
  bench = await TransactionBench.start()
})
afterAll(() => bench.close())

describe('TxnOffsetCommit', () => {
  const ask = async (group: string, topic: string, requireStable = false) => {
    const topics = [{ name: topic, partitionIndexes: [0] }]
    const answer = await bench.client.send(offsetFetch, 8, {
      groups: [{ groupId: group, topics }],
      requireStable,
    })
    const { committedOffset, errorCode: code } = answer.groups[0]!.topics[0]!.partitions[0]!
    return { offset: committedOffset, code }
  }

  it.each([true, false])('keeps offsets until the transaction ends (commit: %s)', async (commit) => {
    const [topic, group] = [bench.newTopic(), bench.newName('g')]
    const producer = await bench.newProducer()
    expect(await producer.addOffsets(group)).toBe(0)
    expect(await producer.commitOffset(group, topic, 7n)).toBe(0)
    expect(await ask(group, topic)).toEqual({ offset: -1n, code: 0 })
    expect(await ask(group, topic, true)).toEqual({ offset: -1n, code: errorCode.UNSTABLE_OFFSET_COMMIT })
    await bench.end(producer, commit)
    expect(await ask(group, topic, true)).toEqual({ offset: commit ? 7n : -1n, code: 0 })
  })

  it('does not undo a plain commit that came after it', async () => {
    const [topic, group] = [bench.newTopic(), bench.newName('g')]
    const producer = await bench.newProducer()
    await producer.addOffsets(group)
    await producer.commitOffset(group, topic, 7n)
    const partitions = [{ partitionIndex: 0, committedOffset: 9n, committedMetadata: '' }]
    await bench.client.send(offsetCommit, 8, {
      groupId: group,
      memberId: '',
      topics: [{ name: topic, partitions }],
    })
    await bench.end(producer, true)
    expect(await ask(group, topic)).toEqual({ offset: 9n, code: 0 })
  })

  it('wants the group to be added first, in the words of its version', async () => {
    const [topic, group] = [bench.newTopic(), bench.newName('g')]
    const producer = await bench.newProducer()
    const codeIn = (version: number) => producer.commitOffset(group, topic, 1n, { version })
    expect(await codeIn(3)).toBe(errorCode.INVALID_TXN_STATE)
    expect(await codeIn(4)).toBe(errorCode.TRANSACTION_ABORTABLE)
    expect(await codeIn(5)).toBe(0)
    const zombie = await bench.newProducer()
    await zombie.addOffsets(group)
    zombie.producerEpoch = 5
    expect(await zombie.commitOffset(group, topic, 1n)).toBe(errorCode.INVALID_PRODUCER_EPOCH)
  })

  it('fences generations that are over, and members that are none', async () => {
    const [topic, group] = [bench.newTopic(), bench.newName('g')]
    const producer = await bench.newProducer()
    await producer.addOffsets(group)
    const { ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, INVALID_GROUP_ID } = errorCode
    expect(await producer.commitOffset(group, topic, 1n, { generationId: 3, memberId: 'm' })).toBe(
      ILLEGAL_GENERATION,
    )
    await producer.commitOffset(group, topic, 1n)
    expect(await producer.commitOffset(group, topic, 1n, { generationId: 0, memberId: 'm' })).toBe(
      UNKNOWN_MEMBER_ID,
    )
    expect(await producer.commitOffset('', topic, 1n)).toBe(INVALID_GROUP_ID)
  })

  it('refuses the partitions that are not there, and takes the others', async () => {
    const group = bench.newName('g')
    const producer = await bench.newProducer()
    await producer.addOffsets(group)
    expect(await producer.commitOffset(group, 'no-such-topic', 1n)).toBe(errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })
})
