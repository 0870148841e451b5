import { setImmediate } from 'node:timers/promises'
import { ManualClock } from '@headwater/base'
import { fetch, findCoordinator } from '@headwater/protocol'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { ScheduleClient } from './schedule-client.ts'
import { ScheduleModel } from './schedule-model.ts'
import { ScheduleProducer, scheduleTopic } from './schedule-producer.ts'
import { brokers, cast, partitions, type ClusterStep, type Step } from './schedule-steps.ts'
import { viewLog, type LogView } from './schedule-view.ts'

/** Small, so that transactions reach over several pages. */
const pageBytes = 400
/** Longer than any delay that a step orders. */
const longestDelayMs = 25
const journalLines = 40

/** What came of a schedule; a failure is told with the end of the journal. */
export interface ScheduleOutcome {
  readonly failure: string | undefined
  readonly journalTail: string
  readonly records: number
  readonly transactions: number
  readonly faultsFired: number
}

/** Runs a schedule on a cluster of its own. */
export async function runSchedule(steps: readonly Step[]): Promise<ScheduleOutcome> {
  const clock = new ManualClock(Date.now())
  const topics = { [scheduleTopic]: { partitions, replicationFactor: brokers } }
  await using kafka = await startKafka({ brokers, clock, topics })
  const run = new ScheduleRun(kafka, clock)
  let failure: string | undefined
  try {
    await run.steps(steps)
  } catch (error) {
    failure = (error as Error).message
  }
  await run.close()
  return {
    failure,
    journalTail: kafka.journal.toString().split('\n').slice(-journalLines).join('\n'),
    records: run.model.recordCount,
    transactions: run.model.transactionCount,
    faultsFired: kafka.faults.fired,
  }
}

class ScheduleRun {
  readonly model: ScheduleModel = new ScheduleModel()
  readonly #kafka: EmbeddedKafka
  readonly #clock: ManualClock
  readonly #reader: ScheduleClient
  readonly #clients: readonly ScheduleClient[]
  readonly #producers: readonly ScheduleProducer[]
  /** What each producer is at; it does one thing after the other. */
  readonly #busy: Promise<void>[]

  constructor(kafka: EmbeddedKafka, clock: ManualClock) {
    this.#kafka = kafka
    this.#clock = clock
    this.#reader = new ScheduleClient(kafka, clock, 'reader')
    this.#clients = cast.map((kind, index) => new ScheduleClient(kafka, clock, `${kind}${index}`))
    this.#producers = cast.map((kind, index) => {
      const parts = { client: this.#clients[index]!, model: this.model, nowMs: () => clock.now() }
      return new ScheduleProducer(`${kind}${index}`, kind, parts)
    })
    this.#busy = cast.map(() => Promise.resolve())
  }

  async steps(steps: readonly Step[]): Promise<void> {
    await this.#reader.attempt(1, findCoordinator, 4, { keyType: 1, coordinatorKeys: ['any'] })
    for (const step of [...steps, { does: 'check' } as const]) {
      if (!('producer' in step) || !('together' in step)) {
        await this.#change(step)
        continue
      }
      const { producer } = step
      const done = this.#busy[producer]!.then(() => this.#producers[producer]!.run(step))
      // Its failure is told by whoever waits for it next.
      done.catch(() => undefined)
      this.#busy[producer] = done
      if (!step.together) await done
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#busy)
    for (const client of [this.#reader, ...this.#clients]) await client.close()
  }

  async #change(step: ClusterStep): Promise<void> {
    const kafka = this.#kafka
    if (step.does === 'advance') return this.#clock.advance(step.ms)
    if (step.does === 'check') return this.#check()
    if (step.does === 'peek') return this.model.peek(step.partition, await this.#view(step.partition))
    const { broker } = step
    if (step.does === 'start') return kafka.broker(broker).start()
    const running = [1, 2, 3].filter((id) => kafka.broker(id).running)
    if (!running.includes(broker)) return
    if (step.does === 'stop') return running.length > 1 ? kafka.broker(broker).stop() : undefined
    if (step.does === 'moveLeader') return kafka.partition(scheduleTopic, step.partition).moveLeader(broker)
    if (step.does !== 'moveCoordinator') return
    const { name, isTransactional } = this.#producers[step.producer]!
    if (isTransactional) kafka.txn(name).moveCoordinator(broker)
  }

  async #check(): Promise<void> {
    await Promise.all(this.#busy)
    await this.#settle()
    for (let partition = 0; partition < partitions; partition++)
      this.model.check(partition, await this.#view(partition))
  }

  /** Lets requests arrive that are late, and markers be written. */
  async #settle(): Promise<void> {
    const isEnding = ({ name }: ScheduleProducer): boolean =>
      this.#kafka.txn(name).state.startsWith('Prepare')
    for (let turns = 0; turns < 100; turns++) {
      this.#clock.advance(longestDelayMs)
      for (let turn = 0; turn < 4; turn++) await setImmediate()
      if (!this.#producers.some(isEnding)) return
    }
    throw new Error('the markers of a transaction are not written')
  }

  #view(partition: number): Promise<LogView> {
    return viewLog(async (fetchOffset, isolationLevel) => {
      const answer = await this.#reader.succeed(
        () => this.#kafka.partition(scheduleTopic, partition).leader,
        fetch,
        12,
        {
          maxWaitMs: 0,
          minBytes: 0,
          isolationLevel,
          topics: [
            { topic: scheduleTopic, partitions: [{ partition, fetchOffset, partitionMaxBytes: pageBytes }] },
          ],
        },
        ({ responses }) => responses[0]!.partitions[0]!.errorCode,
      )
      return answer.responses[0]!.partitions[0]!
    })
  }
}
