import { mkdirSync, writeFileSync } from 'node:fs'
import { startRealKafka, uniqueTopic } from '@headwater/kafka'
import { Kafka, logLevel } from 'kafkajs'
import { connectContenders, type Contender } from './contender.ts'
import { connectObserved } from './observed-contenders.ts'
import { measureEmbeddedStart } from './embedded-start.ts'
import { formatThroughput, measureEmbeddedThroughput } from './embedded-throughput.ts'
import { measureLone, measureRun, type Run } from './measure.ts'
import { formatReport, ratiosOf } from './report.ts'

const partitions = 6
const loneSends = 1000

/**
 * Headwater's producer beside kafkajs on a real Kafka, in one run. Prints a table and writes it as JSON to
 * `.reports/bench.json` of this package. Absolute numbers say something of the computer; the ratios say something of
 * the clients.
 */
export async function benchProducer(rounds: number): Promise<void> {
  const embedded = await measureEmbeddedStart()
  const given = process.env['HEADWATER_TEST_KAFKA']
  // A broker that compiles its hot paths, as a real one does; the defaults of the test cluster are made for a quick start.
  const own = given
    ? undefined
    : await startRealKafka({ jvmArguments: ['-XX:TieredStopAtLevel=4', '-Xmx1g'] })
  const brokers = (given ?? own!.bootstrapServers).split(',')
  try {
    const topic = uniqueTopic('bench')
    await createTopic(brokers, topic)
    const contenders = [
      ...(await connectContenders(brokers, topic)),
      ...(await connectObserved(brokers, topic)),
    ]
    const runs = new Map<Contender, Run[]>(contenders.map((contender) => [contender, []]))
    for (const contender of contenders) await contender.run(contender.warmUp)
    for (let round = 0; round < rounds; round++) {
      // Another order each round, so that no contender always runs beside the same disturbance.
      for (let turn = 0; turn < contenders.length; turn++) {
        const contender = contenders[(round + turn) % contenders.length]!
        const run = await measureRun(contender)
        runs.get(contender)!.push(run)
        process.stderr.write(
          `round ${round + 1}: ${contender.name}: ${Math.round(run.recordsPerSecond)}/s, ${run.cpuMicrosPerRecord.toFixed(2)} us\n`,
        )
      }
    }
    const lone = {
      theirs: await measureLone(contenders[0]!, loneSends),
      ours: await measureLone(contenders[1]!, loneSends),
    }
    const results = contenders.map((contender) => ({ name: contender.name, runs: runs.get(contender)! }))
    for (const contender of contenders) await contender.close()
    const throughput = await measureEmbeddedThroughput(brokers, topic)
    console.log(formatReport(results, lone, embedded))
    console.log(formatThroughput(throughput))
    const folder = new URL('../.reports/', import.meta.url)
    mkdirSync(folder, { recursive: true })
    const report = {
      node: process.version,
      rounds,
      results,
      lone,
      embedded,
      throughput,
      ratios: ratiosOf(results, lone),
    }
    writeFileSync(new URL('bench.json', folder), JSON.stringify(report, null, 2))
  } finally {
    await own?.close()
  }
}

async function createTopic(brokers: readonly string[], topic: string): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic, numPartitions: partitions, replicationFactor: 1 }],
  })
  await admin.disconnect()
}
