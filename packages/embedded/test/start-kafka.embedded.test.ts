import { execFile } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { promisify } from 'node:util'
import { apiVersions } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { startKafka } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

const door = new URL('../src/index.ts', import.meta.url).href

/** Runs a program in a process of its own and gives what it printed; rejects unless it ends by itself and well. */
async function run(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 20_000,
  })
  return stdout.trim()
}

describe('startKafka', () => {
  it('leaves nothing that keeps the process alive, whatever was under way', async () => {
    const program = `
      import { connect } from 'node:net'
      import { startKafka } from '${door}'
      const kafka = await startKafka({ brokers: 3, registry: true, topics: { t: {} } })
      kafka.faults.on('Produce').holdBeforeReply()
      kafka.broker(2).freeze()
      for (const id of [1, 2, 3]) connect(kafka.broker(id).port, '127.0.0.1').on('error', () => undefined).write(Buffer.alloc(3))
      await new Promise(setImmediate)
      await kafka.close()
      await kafka.close()
      console.log('closed')
    `
    expect(await run(program)).toBe('closed')
  })

  it('says how long a start takes', async () => {
    const program = `
      import { startKafka } from '${door}'
      const times = {}
      for (const options of [{ brokers: 1 }, { brokers: 3 }, { brokers: 3, registry: true }]) {
        const start = performance.now()
        const kafka = await startKafka({ ...options, topics: { t: { partitions: 6 } } })
        times[JSON.stringify(options)] = Math.round((performance.now() - start) * 10) / 10
        await kafka.close()
      }
      console.log(JSON.stringify(times))
    `
    const printed = await run(program)
    console.info(`milliseconds from startKafka to a cluster that takes connections: ${printed}`)
    expect(Object.keys(JSON.parse(printed) as object)).toHaveLength(3)
  })

  it('closes with the block that it was made in', async () => {
    let port: number
    {
      await using kafka = await startKafka()
      ;({ port } = kafka.broker(1))
      using client = await RawClient.open(port)
      expect((await client.send(apiVersions, 2, {})).errorCode).toBe(0)
    }
    await expect(RawClient.open(port)).rejects.toThrow('ECONNREFUSED')
  })

  it('starts no broker again after its end', async () => {
    const kafka = await startKafka({ brokers: 2 })
    await kafka.broker(1).stop()
    const starting = kafka.broker(1).start()
    const closing = kafka.close()
    await expect(starting).rejects.toMatchObject({ code: 'KAFKA_CLOSED' })
    await closing
    await expect(kafka.broker(2).start()).rejects.toMatchObject({ code: 'KAFKA_CLOSED' })
    expect(kafka.stats()).toMatchObject({ closed: true, brokersRunning: 0 })
  })

  const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  )
  it.runIf(hasIpv6)('writes an IPv6 address as clients read it (where there is IPv6)', async () => {
    await using kafka = await startKafka({ host: '::1', registry: true })
    expect(kafka.bootstrapServers).toBe(`[::1]:${kafka.broker(1).port}`)
    expect((await fetch(`${kafka.registryUrl}/subjects`)).status).toBe(200)
  })

  it('refuses options that mean nothing', async () => {
    await expect(startKafka({ brokers: 0 })).rejects.toThrow(RangeError)
    await expect(startKafka({ brokers: 2, ports: [1] })).rejects.toThrow(RangeError)
    await expect(startKafka({ config: { 'log.dirs': '/tmp' } as never })).rejects.toThrow(
      /"log.dirs" has no effect here/u,
    )
    await expect(startKafka({ config: { 'num.partitions': 'many' } })).rejects.toThrow(
      /num.partitions must be a whole number/u,
    )
    await expect(startKafka({ topics: { t: { config: { 'no.such': '1' } } } })).rejects.toThrow(/no.such/u)
  })

  it('starts topics with the defaults that its configuration gives', async () => {
    await using kafka = await startKafka({ brokers: 3, config: { 'num.partitions': 4 }, topics: { t: {} } })
    expect(kafka.partition('t', 3).replicas).toHaveLength(3)
  })
})
