import { describeLogDirs } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import type { BrokerBench, FactTopic } from './broker-bench.ts'
import { makeBatch } from './make-batch.ts'
import { missingTopic, produceTo } from './produce-to.ts'

/** Where a broker keeps its replicas, and how large they are. */
export function describeDirectories(getBench: () => BrokerBench): void {
  const ask = async (
    topic: FactTopic,
    asked: readonly { readonly topic: string; readonly partitions: readonly number[] }[] | null,
    version = 5,
  ) => {
    const answer = await (await getBench().leader(topic)).send(describeLogDirs, version, { topics: asked })
    expect(answer).toMatchObject({ errorCode: 0, results: [{ errorCode: 0 }] })
    return answer.results[0]!
  }

  describe('DescribeLogDirs', () => {
    it.each([1, 2, 3, 4, 5])('tells in v%i how many bytes of a partition there are', async (version) => {
      const bench = getBench()
      const topic = await bench.topic()
      const batch = makeBatch(['a', 'b'.repeat(500)])
      await produceTo(bench, topic, batch)
      const asked = [{ topic: topic.name, partitions: [0] }]
      const { logDir, topics, isCordoned } = await ask(topic, asked, version)
      expect(logDir).toMatch(/^\//u)
      expect(isCordoned).toBe(false)
      const partitionSize = BigInt(batch.length)
      expect(topics).toEqual([
        {
          name: topic.name,
          partitions: [{ partitionIndex: 0, partitionSize, offsetLag: 0n, isFutureKey: false }],
        },
      ])
    })

    it('tells of all topics when it is asked for none in particular', async () => {
      const topic = await getBench().topic()
      const { topics } = await ask(topic, null)
      expect(topics.find(({ name }) => name === topic.name)?.partitions).toMatchObject([
        { partitionIndex: 0, partitionSize: 0n },
      ])
    })

    it('says nothing of what is not there', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const missing = missingTopic(bench).name
      const { topics } = await ask(topic, [
        { topic: missing, partitions: [0] },
        { topic: topic.name, partitions: [3] },
      ])
      expect(topics).toEqual([])
    })

    it('gives each topic once, with the partitions that were asked for', async () => {
      const topic = await getBench().topic({ partitions: 3 })
      const shown = async () => {
        const { topics } = await ask(topic, [{ topic: topic.name, partitions: [2, 0] }])
        return topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(({ partitionIndex }) => partitionIndex).toSorted((a, b) => a - b),
        }))
      }
      // A broker that leads one partition may not have made its replica of another yet.
      await expect.poll(shown, { timeout: 10_000 }).toEqual([{ name: topic.name, partitions: [0, 2] }])
    })
  })
}
