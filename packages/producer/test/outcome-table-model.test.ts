import { initProducerId, metadata, produce } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { createProducer, type Producer, type ProducerIdRenewed, type SendResult } from '../src/index.ts'
import { ModelCluster } from './model-links.ts'
import { expectEnd, expectNumbering, outcomeRow, possibleCopies } from './outcome-table.ts'

/** What a row's test has at hand. */
interface ModelBench {
  readonly cluster: ModelCluster
  readonly producer: Producer
  readonly subject: (options?: { deliveryTimeoutMs?: number }) => Promise<SendResult>
}

/** The test of a row whose cause no broker that serves all of Kafka's APIs brings about. */
function modelTest(
  id: string,
  provoke: (bench: ModelBench) => Promise<SendResult>,
  { warm = false }: { readonly warm?: boolean } = {},
): void {
  it(id, async () => {
    const row = outcomeRow(id)
    const cluster = new ModelCluster(1, () => 0.5)
    cluster.stormy = false
    const renewed: ProducerIdRenewed[] = []
    const producer = createProducer({
      links: cluster,
      retryBackoffMs: 1,
      retryBackoffMaxMs: 20,
      hooks: { onProducerIdRenewed: (event) => void renewed.push(event) },
    })
    const send = (value: string, options = {}): Promise<SendResult> =>
      producer.trySend({ topic: 'orders', partition: 0, value }, options)
    if (warm) await send('warm')
    expectEnd(row, await provoke({ cluster, producer, subject: (options) => send('subject', options) }))
    cluster.unknownApis.clear()
    expect(await send('next')).toMatchObject({ status: 'delivered', receipt: { attempts: 1 } })
    expectNumbering(row, 1, renewed)
    const copies = cluster.logs[0]!.values.filter((value) => value === 'subject').length
    expect(possibleCopies[row.outcome]).toContain(copies)
    await producer.close()
  })
}

describe('How a record ends: what only a model of a cluster does', () => {
  modelTest('metadata-not-known', ({ cluster, subject }) => {
    cluster.unknownApis.add(metadata)
    return subject()
  })
  modelTest('ids-not-known', ({ cluster, subject }) => {
    cluster.unknownApis.add(initProducerId)
    return subject()
  })
  modelTest('produce-not-known', ({ cluster, subject }) => {
    cluster.unknownApis.add(produce)
    return subject()
  })
  modelTest(
    'produce-no-longer-known',
    async ({ cluster, subject }) => {
      cluster.cutNext = 'sent'
      const result = subject()
      while (cluster.cutNext !== undefined) await new Promise((resolve) => setImmediate(resolve))
      cluster.unknownApis.add(produce)
      return result
    },
    { warm: true },
  )
  modelTest(
    'answer-incomplete',
    ({ cluster, subject }) => {
      cluster.omitsNext = true
      return subject()
    },
    { warm: true },
  )
  modelTest(
    'deadline-unsent',
    async ({ cluster, subject }) => {
      cluster.cutNext = 'unsent'
      const result = subject({ deliveryTimeoutMs: 60 })
      while (cluster.cutNext !== undefined) await new Promise((resolve) => setImmediate(resolve))
      cluster.reachable = false
      const settled = await result
      cluster.reachable = true
      return settled
    },
    { warm: true },
  )
})
