import { startKafka } from '@headwater/embedded'
import { median } from './measure.ts'

const starts = 7

/** Median milliseconds that the embedded Kafka takes to start, after import, by number of brokers; the first start of a process apart. */
export async function measureEmbeddedStart(): Promise<{
  readonly firstMs: number
  readonly oneMs: number
  readonly threeMs: number
}> {
  const firstMs = await startOnce(1)
  const times = async (brokers: number): Promise<number> => {
    const all: number[] = []
    for (let i = 0; i < starts; i++) all.push(await startOnce(brokers))
    return median(all)
  }
  return { firstMs, oneMs: await times(1), threeMs: await times(3) }
}

async function startOnce(brokers: number): Promise<number> {
  const startMs = performance.now()
  const kafka = await startKafka({ brokers })
  const tookMs = performance.now() - startMs
  await kafka.close()
  return tookMs
}
