import { startKafka, type EmbeddedKafka, type StartKafkaOptions } from '@headwater/embedded'
import type { SaslSettings } from '@headwater/base'
import { expect, it } from 'vitest'
import {
  createProducer,
  type Producer,
  type ProducerIdRenewed,
  type ProducerTuning,
  type SendOptions,
  type SendResult,
  type Settled,
} from '../src/index.ts'
import { expectEndsTold, keepTraces } from './kept-traces.ts'
import { until } from './producers.ts'
import { expectEnd, expectNumbering, outcomeRow, possibleCopies, type OutcomeRow } from './outcome-table.ts'

/** What a row's test has at hand. */
interface OutcomeBench {
  readonly kafka: EmbeddedKafka
  readonly producer: Producer
  /** What `onSettled` was told. */
  readonly settled: readonly Settled[]
  /** Kafka's errors that the table names for this row. */
  readonly names: OutcomeRow['names']
  /** Sends a record whose end the row tells of. */
  readonly subject: (options?: SendOptions & { wait?: boolean }, topic?: string) => Promise<SendResult>
}

/** What a row's test starts from. */
interface OutcomeSetting {
  readonly tuning?: ProducerTuning
  readonly kafka?: StartKafkaOptions
  readonly sasl?: SaslSettings
  /** Whether a record was delivered before; the default. */
  readonly warm?: boolean
  /** Whether the producer can go on afterwards; the default. */
  readonly goesOn?: boolean
}

/** Waits that never end within a test, so that a deadline finds the record waiting. */
export const patient: ProducerTuning = { retryBackoffMs: 60_000, retryBackoffMaxMs: 60_000 }

const quick: ProducerTuning = { retryBackoffMs: 5, retryBackoffMaxMs: 20, requestTimeoutMs: 2000 }

/**
 * The test of one row: provokes the cause, then holds the end of the record, the numbering and the log to what the row in
 * DESIGN.md says; and what observers keep of the record to be told that very end, once.
 */
export function outcomeTest(
  id: string,
  provoke: (bench: OutcomeBench) => Promise<SendResult | readonly SendResult[]>,
  { tuning = {}, kafka: options = {}, sasl, warm = true, goesOn = true }: OutcomeSetting = {},
): void {
  it(id, async () => {
    const row = outcomeRow(id)
    await using kafka = await startKafka({ topics: { orders: {} }, ...options })
    const renewed: ProducerIdRenewed[] = []
    const settled: Settled[] = []
    const { traces, hooks: tracing } = keepTraces()
    let subjects = 0
    const producer = createProducer({
      connection: { brokers: kafka.bootstrapServers.split(','), clientId: 'under-test', sasl },
      ...quick,
      ...tuning,
      hooks: [
        {
          onProducerIdRenewed: (event) => void renewed.push(event),
          onSettled: (event) => void settled.push(event),
        },
        tracing,
      ],
    })
    const send = async (value: string, topic = 'orders', sendOptions = {}): Promise<SendResult> => {
      const at = traces.length
      const result = await producer.trySend(
        { topic, value, partition: topic === 'orders' ? 0 : undefined },
        sendOptions,
      )
      const told = traces[at]?.told[0]
      // What is given to a closed producer is no send.
      if (told === undefined) expect(result.error?.code).toBe('PRODUCER_CLOSED')
      else expect(told.status === 'failed' ? told.error : told.receipt).toBe(result.error ?? result.receipt)
      return result
    }
    try {
      let first = warm ? await send('warm') : undefined
      // With a spool a first send may take so long on a busy computer that it is kept there.
      while (first?.status === 'spooled') {
        await until(() => producer.stats().spoolRecords === 0)
        first = await send('warm')
      }
      if (warm) expect(first).toMatchObject({ status: 'delivered' })
      const bench: OutcomeBench = {
        kafka,
        producer,
        settled,
        names: row.names,
        subject: (sendOptions, topic) => send(`subject ${++subjects}`.padEnd(200), topic, sendOptions),
      }
      const results = [await provoke(bench)].flat()
      for (const result of results) expectEnd(row, result)
      kafka.faults.clear()
      if (goesOn) {
        expect(await send('next')).toMatchObject({ status: 'delivered', receipt: { attempts: 1 } })
        expectNumbering(row, results.length, renewed)
      }
    } finally {
      await producer.close({ timeoutMs: 2000 })
    }
    expectEndsTold(traces)
    const values = (await kafka.records('orders')).map(({ value }) => value?.toString().trimEnd())
    for (let i = 1; i <= subjects; i++)
      expect(possibleCopies[row.outcome]).toContain(values.filter((value) => value === `subject ${i}`).length)
    if (goesOn) expect(values.at(-1)).toBe('next')
    expect(producer.stats()).toMatchObject({ pendingRecords: 0, bufferedBytes: 0, waitingBytes: 0 })
  })
}
