import type { Clock } from '@headwater/base'
import type { Partition } from '../cluster/partition.ts'
import type { Topic } from '../cluster/topic.ts'
import type { PartitionLog } from './partition-log.ts'

/** The part of `maxLogBytes` that is made free at once, so that not every batch of a full cluster counts anew. */
const freedShare = 1 / 64

/** What retention needs to know. */
export interface RetentionOptions {
  readonly clock: Clock
  /** Bytes of all logs together, whatever topics allow. */
  readonly maxLogBytes: number
  /** Kafka: `log.retention.check.interval.ms`. */
  readonly checkIntervalMs: number
  readonly topics: () => Iterable<Topic>
}

/**
 * Takes the oldest batches out of logs: by size with each append, by age at intervals, as Kafka's log manager does.
 * A batch is the unit here, where Kafka takes whole segments. Topics that are only compacted keep what they have, as do
 * those whose `retention.bytes` or `retention.ms` is below 0.
 * There is no timer: what is due happens when somebody looks, so an idle cluster does nothing.
 */
export class Retention {
  readonly #options: RetentionOptions
  /** Bytes that may still be appended before all logs have to be counted again. */
  #unchecked: number
  #nextCheckMs: number

  constructor(options: RetentionOptions) {
    this.#options = options
    this.#unchecked = options.maxLogBytes
    this.#nextCheckMs = options.clock.now() + options.checkIntervalMs
  }

  /** To be called after each append. */
  appended({ config }: Topic, { log }: Partition, bytes: number): void {
    const keepBytes = config.number('retention.bytes')
    if (keepBytes >= 0 && config.has('cleanup.policy', 'delete')) keepNewest(log, keepBytes)
    this.#unchecked -= bytes
    if (this.#unchecked < 0) this.#boundAll()
  }

  /** To be called before anybody looks at a log: drops what is too old, when the time for a check has come. */
  look(): void {
    const { clock, checkIntervalMs, topics } = this.#options
    const nowMs = clock.now()
    if (nowMs < this.#nextCheckMs) return
    this.#nextCheckMs = nowMs + checkIntervalMs
    for (const { config, partitions } of topics()) {
      const keepMs = config.number('retention.ms')
      if (keepMs < 0 || !config.has('cleanup.policy', 'delete')) continue
      for (const { log } of partitions) {
        dropWhile(log, ({ agesFromMs }) => agesFromMs < nowMs - keepMs)
      }
    }
  }

  /** Every log gives the same share of what is too much. */
  #boundAll(): void {
    const { maxLogBytes, topics } = this.#options
    const logs = Array.from(topics(), ({ partitions }) => partitions.map(({ log }) => log)).flat()
    const total = (): number => logs.reduce((bytes, log) => bytes + log.sizeInBytes, 0)
    const before = total()
    if (before > maxLogBytes) {
      const share = (maxLogBytes * (1 - freedShare)) / before
      for (const log of logs) keepNewest(log, Math.floor(log.sizeInBytes * share))
    }
    this.#unchecked = maxLogBytes - total()
  }
}

/** Drops the oldest batches as long as `bytes` remain without them (`UnifiedLog.deleteRetentionSizeBreachedSegments`). */
function keepNewest(log: PartitionLog, bytes: number): void {
  let left = log.sizeInBytes
  dropWhile(log, (batch) => {
    left -= batch.bytes.length
    return left >= bytes
  })
}

function dropWhile(log: PartitionLog, tooMuch: (batch: PartitionLog['batches'][number]) => boolean): void {
  const kept = log.batches.findIndex((batch) => !tooMuch(batch))
  const dropped = kept === -1 ? log.batches.length : kept
  if (dropped > 0) log.deleteBefore(log.batches[dropped - 1]!.lastOffset + 1n)
}
