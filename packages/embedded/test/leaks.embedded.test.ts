import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const door = new URL('../src/index.ts', import.meta.url).href
const clusters = 200

/** Runs in a process of its own, so that nothing else moves its memory. */
const program = `
  import { startKafka } from '${door}'
  import { createRequire } from 'node:module'
  const { Kafka, logLevel } = createRequire('${door}')('kafkajs')

  async function once(brokers) {
    const startMs = performance.now()
    const kafka = await startKafka({ brokers, registry: brokers > 1, topics: { t: { partitions: 6 } } })
    const client = new Kafka({ brokers: kafka.bootstrapServers.split(','), logLevel: logLevel.NOTHING })
    const producer = client.producer()
    await producer.connect()
    await producer.send({ topic: 't', messages: [{ value: Buffer.alloc(100_000) }] })
    const tookMs = performance.now() - startMs
    await producer.disconnect()
    await kafka.close()
    return tookMs
  }
  const used = async () => {
    // Sockets and buffers are let go a turn after the garbage that held them.
    for (let rounds = 0; rounds < 4; rounds++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      gc()
    }
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  for (let n = 0; n < 10; n++) await once(1 + n % 3)
  const before = await used()
  const times = []
  for (let n = 0; n < ${clusters}; n++) times.push([1 + n % 3, await once(1 + n % 3)])
  const after = await used()
  const ofOne = times.filter(([brokers]) => brokers === 1).map(([, ms]) => ms).toSorted((a, b) => a - b)
  console.log(JSON.stringify({ grownBytes: after - before, firstAckMs: ofOne[Math.floor(ofOne.length / 2)], handles: process.getActiveResourcesInfo() }))
`

describe('startKafka', () => {
  it(`leaks nothing over ${clusters} clusters that a client has used`, { timeout: 60_000 }, async () => {
    const args = ['--expose-gc', '--input-type=module', '-e', program]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 })
    const { grownBytes, firstAckMs, handles } = JSON.parse(stdout) as {
      grownBytes: number
      firstAckMs: number
      handles: string[]
    }
    console.info(
      `${clusters} clusters: ${(grownBytes / 1_048_576).toFixed(1)} MiB more; a start with kafkajs's first acknowledged record: ${firstAckMs.toFixed(1)} ms (median)`,
    )
    expect(grownBytes).toBeLessThan(30 * 1_048_576)
    expect(handles.filter((name) => name.startsWith('TCP') || name === 'Timeout')).toEqual([])
  })
})
