import { once } from 'node:events'
import { connect } from 'node:net'
import { ManualClock } from '@headwater/base'
import { apiVersions, encodeRequest, encodeRequestHeader, metadata } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { NetworkShape } from '../src/network/network-shape.ts'
import { RawClient, makeBatch, produceTo } from './raw-client.ts'

const open = (kafka: EmbeddedKafka): Promise<RawClient> => RawClient.open(kafka.broker(1).port)

/** An answer of some hundred bytes. */
const ask = (client: RawClient, clientId?: string) => client.send(apiVersions, 2, {}, clientId)

/** Moves the clock in steps until the answer is there, and says how far. */
async function timeOf(clock: ManualClock, answer: Promise<unknown>): Promise<number> {
  const startMs = clock.monotonic()
  const done = answer.then(() => true)
  await expect.poll(() => clock.pendingTimers).toBeGreaterThan(0)
  for (;;) {
    const there = await Promise.race([done, new Promise((resolve) => void setTimeout(resolve, 5, false))])
    if (there === true) return clock.monotonic() - startMs
    clock.advance(10)
  }
}

describe('NetworkShape', () => {
  it('repeats its jitter for the same seed, within its bounds', () => {
    const delays = (seed: number): number[] => {
      const shape = new NetworkShape({ latencyMs: 100, jitterMs: 50, seed })
      return Array.from({ length: 20 }, () => shape.nextDelayMs())
    }
    expect(delays(7)).toEqual(delays(7))
    expect(delays(7)).not.toEqual(delays(8))
    expect(new Set(delays(7)).size).toBeGreaterThan(15)
    for (const ms of delays(7)) expect(ms >= 100 && ms < 150).toBe(true)
  })

  it('refuses numbers that mean nothing', () => {
    expect(() => new NetworkShape({ sliceBytes: 0 })).toThrow(RangeError)
    expect(() => new NetworkShape({ bytesPerSecond: Number.NaN })).toThrow(/bytesPerSecond must be a number/u)
    expect(() => new NetworkShape({ jitterMs: -1 })).toThrow(RangeError)
  })

  it('lets responses take as long as their bytes need, and is quick again when told so', async () => {
    const clock = new ManualClock(Date.now())
    await using kafka = await startKafka({ clock })
    using client = await open(kafka)
    kafka.broker(1).network({ bytesPerSecond: 1000 })
    const size = 4 + 4 + 2 + 4 + 4 + 6 * (await apiCount(clock, client))
    const tookMs = await timeOf(clock, ask(client))
    expect(Math.abs(tookMs - size)).toBeLessThanOrEqual(50)
    kafka.broker(1).network()
    await ask(client)
    expect(clock.pendingTimers).toBe(0)
  })

  it('cuts responses into pieces that arrive one by one and in order', async () => {
    await using kafka = await startKafka()
    kafka.broker(1).network({ sliceBytes: 7 })
    const socket = connect({ port: kafka.broker(1).port, host: '127.0.0.1' })
    await once(socket, 'connect')
    const header = encodeRequestHeader(metadata, { apiVersion: 1, correlationId: 42, clientId: 'x' })
    const frame = Buffer.concat([header, ...encodeRequest(metadata, 1, { topics: [] })])
    const size = Buffer.alloc(4)
    size.writeInt32BE(frame.length)
    const chunks: Buffer[] = []
    const whole = new Promise<Buffer>((resolve) => {
      socket.on('data', (chunk) => {
        chunks.push(chunk)
        const all = Buffer.concat(chunks)
        if (all.length >= 4 && all.length >= 4 + all.readInt32BE(0)) resolve(all)
      })
    })
    socket.write(Buffer.concat([size, frame]))
    expect((await whole).readInt32BE(4)).toBe(42)
    expect(chunks.length).toBeGreaterThan(2)
    socket.destroy()
  })
})

describe('Faults', () => {
  it('throttles: answers at once, says for how long, and takes nothing meanwhile', async () => {
    const clock = new ManualClock(Date.now())
    await using kafka = await startKafka({ clock, topics: { t: {} } })
    using muted = await open(kafka)
    using other = await open(kafka)
    kafka.faults.on('Metadata', { clientId: 'app' }).throttle(400)
    const answer = await muted.send(metadata, 9, { topics: [] }, 'app')
    expect(answer.throttleTimeMs).toBe(400)
    let served = false
    const next = produceTo(muted, 't', makeBatch(['x'])).then(() => (served = true))
    expect((await produceTo(other, 't', makeBatch(['y']))).errorCode).toBe(0)
    clock.advance(399)
    expect((await produceTo(other, 't', makeBatch(['z']))).errorCode).toBe(0)
    expect(served).toBe(false)
    clock.advance(1)
    await next
    kafka.faults.assertSpent()
  })

  it('throttles a client for good, until it is told otherwise', async () => {
    const clock = new ManualClock(Date.now())
    await using kafka = await startKafka({ clock, topics: { t: {} } })
    using client = await open(kafka)
    const quota = kafka.throttle({ clientId: 'raw' }, 50)
    expect((await produceTo(client, 't', makeBatch(['1']))).errorCode).toBe(0)
    const second = produceTo(client, 't', makeBatch(['2']))
    await expect.poll(() => clock.pendingTimers).toBe(1)
    clock.advance(50)
    expect((await second).errorCode).toBe(0)
    await expect.poll(() => clock.pendingTimers).toBe(1)
    quota.lift()
    clock.advance(50)
    await produceTo(client, 't', makeBatch(['3']))
    expect(clock.pendingTimers).toBe(0)
    kafka.faults.assertSpent()
  })
})

async function apiCount(clock: ManualClock, client: RawClient): Promise<number> {
  const answer = ask(client)
  await timeOf(clock, answer)
  return (await answer).apiKeys.length
}
