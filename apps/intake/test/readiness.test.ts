import type { HealthProblemCode, ProducerHealth } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { Readiness } from '../src/readiness.ts'

/** A producer that is like this; keeps what it was asked. */
function producerIn(status: ProducerHealth['status'], ...codes: HealthProblemCode[]) {
  const asked: unknown[] = []
  const problems = codes.map((code) => ({ code, message: 'at broker-1.internal:9092' }))
  const health = async (limits?: unknown): Promise<ProducerHealth> => {
    asked.push(limits)
    return { status, problems, lastAnswerAgeMs: undefined }
  }
  return { asked, health }
}

describe('Readiness', () => {
  it('is what the producer is: an answer counts for ten seconds, a probe may take two', async () => {
    const producer = producerIn('ready')
    expect(await new Readiness().check(producer)).toEqual({ ready: true, reasons: [] })
    expect(producer.asked).toEqual([{ maxAgeMs: 10_000, timeoutMs: 2000 }])
  })

  it('says why it is not, in codes, without what the producer knows of brokers', async () => {
    const answer = await new Readiness().check(producerIn('not-ready', 'NO_ANSWER', 'SPOOLING'))
    expect(answer).toEqual({ ready: false, reasons: ['NO_ANSWER', 'SPOOLING'] })
  })

  it('goes on taking requests while the producer is degraded, and says so', async () => {
    const answer = await new Readiness().check(producerIn('degraded', 'BUFFER_NEARLY_FULL'))
    expect(answer).toEqual({ ready: true, reasons: ['BUFFER_NEARLY_FULL'] })
  })

  it('is not ready once it drains, whatever the producer is', async () => {
    const readiness = new Readiness()
    readiness.drain()
    const producer = producerIn('ready')
    expect(await readiness.check(producer)).toEqual({ ready: false, reasons: ['DRAINING'] })
    expect(producer.asked).toEqual([])
  })
})
