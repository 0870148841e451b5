import type { Clock, Timer } from '@headwater/base'
import type { Life } from '../cluster/life.ts'
import type { Partition } from '../cluster/partition.ts'
import type { Topic } from '../cluster/topic.ts'
import type { PartitionLog } from './partition-log.ts'

/** `retention.bytes` and `retention.ms` of a topic that keeps everything. */
const unlimited = -1

/** The part of `maxLogBytes` that is made free at once, so that not every batch of a full cluster counts anew. */
const freedShare = 1 / 64

/** What retention needs to know. */
export interface RetentionOptions {
  readonly clock: Clock
  readonly life: Life
  /** Bytes of all logs together, whatever topics allow. */
  readonly maxLogBytes: number
  /** Kafka: `log.retention.check.interval.ms`. */
  readonly checkIntervalMs: number
  readonly topics: () => Iterable<Topic>
}

/**
 * Takes the oldest batches out of logs: by size with each append, by age at intervals, as Kafka's log manager does.
 * A batch is the unit here, where Kafka takes whole segments. Topics that are only compacted keep what they have.
 */
export class Retention {
  readonly #options: RetentionOptions
  /** Bytes that may still be appended before all logs have to be counted again. */
  #unchecked: number
  #timer: Timer | undefined

  constructor(options: RetentionOptions) {
    this.#options = options
    this.#unchecked = options.maxLogBytes
    options.life.onEnd(() => this.#timer?.cancel())
  }

  /** To be called after each append. */
  appended({ config }: Topic, { log }: Partition, bytes: number): void {
    const keepBytes = config.number('retention.bytes')
    if (keepBytes !== unlimited && config.has('cleanup.policy', 'delete')) keepNewest(log, keepBytes)
    this.#unchecked -= bytes
    if (this.#unchecked < 0) this.#boundAll()
    if (this.#timer === undefined && config.number('retention.ms') !== unlimited) this.#schedule()
  }

  #schedule(): void {
    const { clock, life, checkIntervalMs } = this.#options
    if (life.ended) return
    this.#timer = clock.schedule(checkIntervalMs, () => {
      this.#timer = undefined
      if (this.#dropAged()) this.#schedule()
    })
  }

  /** Drops what is too old. @returns whether anything is left that will be, one day. */
  #dropAged(): boolean {
    const nowMs = this.#options.clock.now()
    let left = false
    for (const { config, partitions } of this.#options.topics()) {
      const keepMs = config.number('retention.ms')
      if (keepMs === unlimited || !config.has('cleanup.policy', 'delete')) continue
      for (const partition of partitions) {
        if (dropOlder(partition.log, nowMs - keepMs)) partition.changed()
        left ||= partition.log.batches.length > 0
      }
    }
    return left
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

function dropOlder(log: PartitionLog, timestampMs: number): boolean {
  return dropWhile(log, ({ maxTimestamp }) => Number(maxTimestamp) < timestampMs)
}

function dropWhile(log: PartitionLog, tooMuch: (batch: PartitionLog['batches'][number]) => boolean): boolean {
  const kept = log.batches.findIndex((batch) => !tooMuch(batch))
  const dropped = kept === -1 ? log.batches.length : kept
  if (dropped === 0) return false
  log.deleteBefore(log.batches[dropped - 1]!.lastOffset + 1n)
  return true
}
