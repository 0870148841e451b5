/** Programs that die in the middle of transactions; run with node, with a job in JSON as argument. */
import { createProducer, type GroupMetadata } from '@headwater/producer'
import { Kafka, logLevel } from 'kafkajs'
import { crossingLinks } from './crossing-links.ts'

/** Writes one transaction of three records and an offset, and dies at one moment of it. */
export interface DyingJob {
  readonly kind: 'die'
  readonly brokers: readonly string[]
  readonly topic: string
  readonly transactionalId: string
  readonly group: string
  readonly prefix: string
  /** The request at which it dies. */
  readonly api: string
  readonly moment: 'before' | 'written' | 'answered'
}

/** Moves what it reads from one topic to another, each once; says so for each transaction. */
export interface MovingJob {
  readonly kind: 'move'
  readonly brokers: readonly string[]
  readonly from: string
  readonly to: string
  readonly transactionalId: string
  readonly group: string
}

const quick = { retryBackoffMs: 20, retryBackoffMaxMs: 100 }

const job = JSON.parse(process.argv[2]!) as DyingJob | MovingJob
if (job.kind === 'die') await die(job)
else await move(job)

async function die({ brokers, topic, transactionalId, group, prefix, api, moment }: DyingJob): Promise<void> {
  const killed = (): never => {
    process.kill(process.pid, 'SIGKILL')
    throw new Error('still alive')
  }
  const links = crossingLinks(brokers, async (crossing) => {
    if (crossing.api !== api) return crossing.pass()
    if (moment === 'before') killed()
    const answering = crossing.pass()
    if (moment === 'written') setImmediate(killed)
    const answer = await answering
    return moment === 'answered' ? killed() : answer
  })
  await using producer = createProducer({ links, transactionalId, ...quick })
  await producer.transaction(async (tx) => {
    await Promise.all(
      [0, 1, 2].map((partition) => tx.send({ topic, partition, value: `${prefix}-${partition}` })),
    )
    await tx.commitConsumed({ group, consumed: [{ topic, partition: 0, offset: 6n }] })
  })
}

async function move({ brokers, from, to, transactionalId, group }: MovingJob): Promise<void> {
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'mover', logLevel: logLevel.NOTHING })
  const producer = createProducer({ kafka, transactionalId, ...quick })
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: 1000,
    heartbeatInterval: 1,
    maxWaitTimeInMs: 20,
    readUncommitted: false,
  })
  let groupMetadata: GroupMetadata | undefined
  consumer.on(consumer.events.HEARTBEAT, ({ payload: { memberId, groupGenerationId } }) => {
    groupMetadata = { memberId, generationId: groupGenerationId }
  })
  consumer.on(consumer.events.GROUP_JOIN, () => {
    groupMetadata = undefined
  })
  await consumer.connect()
  await consumer.subscribe({ topic: from, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async (payload) => {
      const { batch } = payload
      for (let at = 0; at < batch.messages.length && payload.isRunning() && !payload.isStale(); at += 20) {
        const some = batch.messages.slice(at, at + 20)
        // kafkajs tells of its generation with a heartbeat only.
        await payload.heartbeat()
        await producer.transaction(async (tx) => {
          for (const { key, value } of some) void tx.send({ topic: to, key, value })
          await tx.commitConsumed({
            group,
            consumed: some.map(({ offset }) => ({ topic: from, partition: batch.partition, offset })),
            groupMetadata,
          })
        })
        payload.resolveOffset(some.at(-1)!.offset)
        process.stdout.write(`${some.length}\n`)
      }
    },
  })
}
