import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createProducer, type Producer, type ProducerTuning, type Transaction } from '@headwater/producer'
import { Kafka, logLevel, type Admin } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { committedValues } from './committed-values.ts'
import { crossingLinks, type Cross } from './crossing-links.ts'
import type { DyingJob, MovingJob } from './transaction-child.ts'

const requests = [
  'FindCoordinator',
  'InitProducerId',
  'AddPartitionsToTxn',
  'Produce',
  'AddOffsetsToTxn',
  'TxnOffsetCommit',
  'EndTxn',
] as const
const child = fileURLToPath(new URL('transaction-child.ts', import.meta.url))
const quick: ProducerTuning = { retryBackoffMs: 20, retryBackoffMaxMs: 100 }

/**
 * What a producer promises of its transactions, and what `read_committed` consumers see of them; `name` gives a fresh one.
 * The cluster must look for transactions that are open for too long at least every second.
 */
export function describeTransactionDelivery(getCluster: () => ClusterUnderTest, name: () => string): void {
  let admin: Admin
  const children = new Set<ChildProcess>()

  // Each fact has topics of its own, and consumers that join groups.
  vi.setConfig({ testTimeout: 30_000 })

  beforeAll(async () => {
    admin = new Kafka({ brokers: [...getCluster().brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
  })
  afterAll(async () => {
    await admin.disconnect()
    for (const process of children) process.kill('SIGKILL')
  })

  const createTopic = async (partitions = 3, config: Record<string, string> = {}): Promise<string> => {
    const topic = name()
    const { replicationFactor } = getCluster()
    const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }))
    await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic, numPartitions: partitions, replicationFactor, configEntries }],
    })
    return topic
  }
  const producerFor = (
    transactionalId: string,
    tuning: ProducerTuning & { cross?: Cross } = {},
  ): Producer => {
    const { cross = (crossing) => crossing.pass(), ...rest } = tuning
    return createProducer({
      links: crossingLinks(getCluster().brokers, cross),
      transactionalId,
      ...quick,
      ...rest,
    })
  }
  const committed = async (topic: string): Promise<readonly string[]> =>
    [...(await committedValues(getCluster().brokers, topic))].sort()
  const writeAll = (tx: Transaction, topic: string, prefix: string): Promise<unknown> =>
    Promise.all([0, 1, 2].map((partition) => tx.send({ topic, partition, value: `${prefix}-${partition}` })))
  const whole = (...prefixes: readonly string[]): readonly string[] =>
    prefixes.flatMap((prefix) => [`${prefix}-0`, `${prefix}-1`, `${prefix}-2`]).sort()
  /** Markers follow the answer to an EndTxn, so a group may see the offset of before for a moment: this one waits. */
  const expectOffset = async (groupId: string, topic: string, offset: string): Promise<void> => {
    await expect
      .poll(
        async () => {
          const [found] = await admin.fetchOffsets({ groupId, topics: [topic] })
          return found?.partitions.find(({ partition }) => partition === 0)?.offset
        },
        { timeout: 10_000 },
      )
      .toBe(offset)
  }

  it('shows committed transactions as a whole and aborted ones not at all', async () => {
    const [one, other] = [await createTopic(), await createTopic(1)]
    await using producer = producerFor(name())
    for (let i = 0; i < 10; i++) {
      const running = producer.transaction(async (tx) => {
        await writeAll(tx, one, `t${i}`)
        await tx.send({ topic: other, value: `t${i}` })
        if (i % 2 === 1) throw new Error('odd')
      })
      await (i % 2 === 0 ? running : expect(running).rejects.toThrow('odd'))
    }
    expect(await committed(one)).toEqual(whole('t0', 't2', 't4', 't6', 't8'))
    expect(await committed(other)).toEqual(['t0', 't2', 't4', 't6', 't8'])
  })

  it.each(requests.flatMap((api) => (['request', 'response'] as const).map((what) => [what, api] as const)))(
    'commits once when the %s of a %s is lost',
    async (what, api) => {
      const topic = await createTopic()
      const group = name()
      let lose = false
      const cross: Cross = async (crossing) => {
        if (!lose || crossing.api !== api) return crossing.pass()
        lose = false
        if (what === 'response') await crossing.pass()
        return crossing.cut()
      }
      await using producer = producerFor(name(), { cross })
      const write = (prefix: string, offset: string): Promise<void> =>
        producer.transaction(async (tx) => {
          await writeAll(tx, topic, prefix)
          await tx.commitConsumed({ group, consumed: [{ topic, partition: 0, offset }] })
        })
      const isFirst = api === 'FindCoordinator' || api === 'InitProducerId'
      if (!isFirst) await write('warm', '0')
      lose = true
      await write('a', '6')
      expect(lose).toBe(false)
      await expectOffset(group, topic, '7')
      await write('b', '8')
      expect(await committed(topic)).toEqual(isFirst ? whole('a', 'b') : whole('a', 'b', 'warm'))
    },
  )

  it('fences the older one of two producers with one id, also in the middle of a transaction', async () => {
    const topic = await createTopic()
    const transactionalId = name()
    await using older = producerFor(transactionalId)
    await using younger = producerFor(transactionalId)
    const running = older.transaction(async (tx) => {
      await writeAll(tx, topic, 'older')
      await younger.transaction((other) => writeAll(other, topic, 'younger'))
    })
    await expect(running).rejects.toMatchObject({ code: 'PRODUCER_FENCED' })
    await expect(older.transaction((tx) => writeAll(tx, topic, 'late'))).rejects.toMatchObject({
      code: 'PRODUCER_FENCED',
    })
    await younger.transaction((tx) => writeAll(tx, topic, 'again'))
    expect(await committed(topic)).toEqual(whole('again', 'younger'))
  })

  it('lets several producers fight for one id, and shows whole transactions only, the acknowledged ones once', async () => {
    const topic = await createTopic()
    const transactionalId = name()
    const acknowledged: string[] = []
    const uncertain: string[] = []
    const fight = async (fighter: number): Promise<void> => {
      await using producer = producerFor(transactionalId)
      for (let i = 0; i < 20; i++) {
        const prefix = `f${fighter}.${i}`
        try {
          await producer.transaction((tx) => writeAll(tx, topic, prefix))
          acknowledged.push(prefix)
        } catch (thrown) {
          const { code } = thrown as { code: string }
          if (code === 'TRANSACTION_UNKNOWN') uncertain.push(prefix)
          else expect(['PRODUCER_FENCED', 'TRANSACTION_ABORTED']).toContain(code)
          if (code !== 'TRANSACTION_ABORTED') return
        }
      }
    }
    await Promise.all([0, 1, 2, 3].map(fight))
    const values = await committed(topic)
    const sure = whole(...acknowledged)
    expect(values.filter((value) => sure.includes(value))).toEqual(sure)
    expect(acknowledged.length).toBeGreaterThanOrEqual(20)
    const others = values.filter((value) => !sure.includes(value)).map((value) => value.replace(/-\d$/, ''))
    expect(others.filter((prefix) => !uncertain.includes(prefix))).toEqual([])
  })

  it('goes on after a record that the broker refuses', async () => {
    const topic = await createTopic(3, { 'max.message.bytes': '2000' })
    await using producer = producerFor(name())
    await producer.transaction((tx) => writeAll(tx, topic, 'a'))
    const running = producer.transaction(async (tx) => {
      await writeAll(tx, topic, 'b')
      void tx.send({ topic, partition: 0, value: 'x'.repeat(4000) })
    })
    await expect(running).rejects.toMatchObject({
      code: 'TRANSACTION_ABORTED',
      retriable: false,
      cause: { code: 'MESSAGE_TOO_LARGE' },
    })
    await producer.transaction((tx) => writeAll(tx, topic, 'c'))
    expect(await committed(topic)).toEqual(whole('a', 'c'))
  })

  it('says that its coordinator ran out of patience, and goes on', async () => {
    const topic = await createTopic()
    await using producer = producerFor(name(), { transactionTimeoutMs: 1000 })
    const running = producer.transaction(async (tx) => {
      await writeAll(tx, topic, 'slow')
      // Nobody can read further while the transaction is open.
      await committedValues(getCluster().brokers, topic)
    })
    await expect(running).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED', retriable: true })
    await producer.transaction((tx) => writeAll(tx, topic, 'a'))
    await producer.transaction((tx) => writeAll(tx, topic, 'b'))
    expect(await committed(topic)).toEqual(whole('a', 'b'))
  })

  it('stays fenced when a younger producer came after its coordinator ran out of patience', async () => {
    const topic = await createTopic()
    const transactionalId = name()
    await using older = producerFor(transactionalId, { transactionTimeoutMs: 1000 })
    await using younger = producerFor(transactionalId)
    const running = older.transaction(async (tx) => {
      await writeAll(tx, topic, 'slow')
      await committedValues(getCluster().brokers, topic)
      await younger.transaction((other) => writeAll(other, topic, 'younger'))
    })
    await expect(running).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' })
    await expect(older.transaction((tx) => writeAll(tx, topic, 'late'))).rejects.toMatchObject({
      code: 'PRODUCER_FENCED',
    })
    await younger.transaction((tx) => writeAll(tx, topic, 'again'))
    expect(await committed(topic)).toEqual(whole('again', 'younger'))
  })

  it('refuses the offsets of a member that its group does not know', async () => {
    const topic = await createTopic()
    const group = name()
    await using producer = producerFor(name())
    const running = producer.transaction(async (tx) => {
      await writeAll(tx, topic, 'a')
      const groupMetadata = { memberId: 'nobody', generationId: 5 }
      await tx.commitConsumed({ group, consumed: [{ topic, partition: 0, offset: '1' }], groupMetadata })
    })
    await expect(running).rejects.toMatchObject({
      code: expect.stringMatching(/^(ILLEGAL_GENERATION|UNKNOWN_MEMBER_ID)$/),
    })
    await expectOffset(group, topic, '-1')
    await producer.transaction((tx) => writeAll(tx, topic, 'b'))
    expect(await committed(topic)).toEqual(whole('b'))
  })

  const run = (job: DyingJob | MovingJob): ChildProcess => {
    const started = spawn(process.execPath, [child, JSON.stringify(job)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.add(started)
    void once(started, 'exit').then(() => children.delete(started))
    return started
  }

  describe.each(['before', 'written', 'answered'] as const)('killed with -9 at a request: %s', (moment) => {
    it.each(requests)('shows all or nothing, and the next with its id goes on: %s', async (api) => {
      const topic = await createTopic()
      const { brokers } = getCluster()
      const [transactionalId, group] = [name(), name()]
      const job = {
        kind: 'die',
        brokers,
        topic,
        transactionalId,
        group,
        prefix: 'dead',
        api,
        moment,
      } as const
      const [, signal] = (await once(run(job), 'exit')) as [number | null, string | null]
      expect(signal).toBe('SIGKILL')
      await using next = producerFor(transactionalId)
      await next.transaction((tx) => writeAll(tx, topic, 'next'))
      const values = await committed(topic)
      const decided = api === 'EndTxn' && moment !== 'before'
      const possible = decided ? [whole('dead', 'next'), whole('next')] : [whole('next')]
      expect(possible).toContainEqual(values)
      if (api === 'EndTxn' && moment === 'answered') expect(values).toEqual(whole('dead', 'next'))
      await expectOffset(group, topic, values.length > 3 ? '7' : '-1')
    })
  })

  it('moves each record once from topic to topic, though the mover is killed again and again', async () => {
    const [from, to] = [await createTopic(2), await createTopic()]
    const { brokers } = getCluster()
    const values = Array.from({ length: 600 }, (_, i) => `v${String(i).padStart(3, '0')}`)
    await using source = createProducer({ connection: { brokers: [...brokers] } })
    await Promise.all(values.map((value) => source.send({ topic: from, key: value, value })))
    const job: MovingJob = { kind: 'move', brokers, from, to, transactionalId: name(), group: name() }
    let transactions = 0
    for (let kills = 0; kills < 4; kills++) {
      const mover = run(job)
      let moved = 0
      for await (const line of createInterface({ input: mover.stdout! })) {
        transactions += Number(line) > 0 ? 1 : 0
        if (++moved === 3) break
      }
      mover.kill('SIGKILL')
      await once(mover, 'exit')
    }
    const mover = run(job)
    while ((await committed(to)).length < values.length) expect(mover.exitCode).toBe(null)
    mover.kill('SIGKILL')
    expect(transactions).toBeGreaterThanOrEqual(12)
    expect(await committed(to)).toEqual(values)
  }, 90_000)
}
