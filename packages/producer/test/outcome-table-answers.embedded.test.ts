import { describe, expect } from 'vitest'
import type { SendResult } from '../src/index.ts'
import { outcomeTest } from './outcome-bench.ts'
import { until } from './producers.ts'

const unchecked = { unchecked: true } as const

describe('How a record ends: by what brokers answer', () => {
  outcomeTest('acknowledged', async ({ subject }) => {
    const result = await subject()
    expect(result).toMatchObject({ receipt: { offset: 1n } })
    return result
  })
  outcomeTest(
    'nothing-asked',
    async ({ kafka, subject }) => {
      const result = await subject()
      expect(result).toMatchObject({ receipt: { offset: undefined } })
      await until(() => kafka.journal.count('Produce') === 2)
      return result
    },
    // Nobody says when the next record is in the log.
    { tuning: { acks: 0, enableIdempotence: false }, goesOn: false },
  )
  outcomeTest('double', async ({ kafka, names, subject }) => {
    const results: SendResult[] = []
    for (const name of names) {
      kafka.faults.on('Produce').applyThenReply(name, unchecked).once()
      results.push(await subject())
    }
    expect(results).toMatchObject(names.map(() => ({ receipt: { offset: undefined } })))
    return results
  })
  outcomeTest('refused-for-now', async ({ kafka, names, subject }) => {
    const results: SendResult[] = []
    for (const name of names) {
      kafka.faults.on('Produce').reply(name, unchecked).times(2)
      results.push(await subject())
    }
    expect(results).toMatchObject(names.map(() => ({ receipt: { attempts: 3 } })))
    return results
  })
  outcomeTest('refusal-hides-append', async ({ kafka, names, subject }) => {
    const results: SendResult[] = []
    for (const name of names) {
      kafka.faults.on('Produce').applyThenReply(name, unchecked).once()
      results.push(await subject())
    }
    expect(results).toMatchObject(names.map((_, i) => ({ receipt: { attempts: 2, offset: BigInt(i + 1) } })))
    return results
  })
  outcomeTest('answer-lost', async ({ kafka, subject }) => {
    kafka.faults.on('Produce').loseResponse().once()
    return subject()
  })
  outcomeTest('request-lost', async ({ kafka, subject }) => {
    kafka.faults.on('Produce').loseRequest().once()
    return subject()
  })
  outcomeTest('answer-cut', async ({ kafka, subject }) => {
    kafka.faults.on('Produce').cutResponseAfter(12).once()
    return subject()
  })
  outcomeTest('too-large-together', async ({ kafka, names, subject }) => {
    const results: SendResult[] = []
    for (const name of names) {
      kafka.faults.on('Produce').reply(name, unchecked).once()
      results.push(...(await Promise.all([subject(), subject()])))
    }
    return results
  })
  outcomeTest('too-large-alone', async ({ kafka, names, subject }) => {
    const results: SendResult[] = []
    for (const name of names) {
      kafka.faults.on('Produce').reply(name, unchecked).once()
      results.push(await subject())
    }
    return results
  })
  outcomeTest('too-large-uncertain', async ({ kafka, subject }) => {
    kafka.faults.on('Produce').script(['loseResponse', { reply: 'MESSAGE_TOO_LARGE' }])
    const [one, other] = await Promise.all([subject(), subject()])
    expect(other).toMatchObject({ status: 'unknown', error: { code: 'MESSAGE_TOO_LARGE' } })
    return one
  })
  outcomeTest('refused', async ({ kafka, names, subject }) => {
    const results: SendResult[] = []
    for (const name of names) {
      kafka.faults.on('Produce').reply(name, unchecked).once()
      results.push(await subject())
    }
    expect(results.map(({ error }) => error?.code)).toEqual(names)
    return results
  })
  outcomeTest('refused-uncertain', ({ kafka, subject }) => {
    kafka.faults.on('Produce').script(['loseResponse', { reply: 'INVALID_RECORD' }])
    return subject()
  })
  outcomeTest(
    'refused-unclear',
    async ({ kafka, names: [name], subject }) => {
      kafka.faults.on('Produce').applyThenReply(name!, unchecked).once()
      return subject()
    },
    { tuning: { enableIdempotence: false } },
  )
  outcomeTest('numbering-lost', async ({ kafka, names, subject }) => {
    const results: SendResult[] = []
    for (const name of names) {
      kafka.faults.on('Produce').reply(name, unchecked).once()
      results.push(await subject())
    }
    return results
  })
  outcomeTest('numbering-lost-uncertain', ({ kafka, subject }) => {
    kafka.faults.on('Produce').script(['loseResponse', { reply: 'OUT_OF_ORDER_SEQUENCE_NUMBER' }])
    return subject()
  })
  outcomeTest('id-lost', async ({ kafka, names, subject }) => {
    const results: SendResult[] = []
    for (const name of names) {
      kafka.faults.on('Produce').reply(name, unchecked).once()
      results.push(await subject())
    }
    return results
  })
  outcomeTest('id-lost-uncertain', ({ kafka, subject }) => {
    kafka.faults.on('Produce').script(['loseResponse', { reply: 'INVALID_PRODUCER_EPOCH' }])
    return subject()
  })
  outcomeTest(
    'id-refused',
    ({ kafka, subject }) => {
      kafka.faults.on('InitProducerId').reply('CLUSTER_AUTHORIZATION_FAILED').always()
      return subject()
    },
    { warm: false },
  )
})
