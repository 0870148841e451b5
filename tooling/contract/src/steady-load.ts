import type { Producer } from '@headwater/producer'
import type { Acknowledged } from './delivery-report.ts'

/** What a load came to. */
export interface LoadResult {
  readonly acknowledged: readonly Acknowledged[]
  /** How many sends failed, by `outcome CODE`. */
  readonly failed: Readonly<Record<string, number>>
  readonly longestStallMs: number
}

/** A load that does not slow down when the cluster does, until it is told to end. */
export interface SteadyLoad {
  /** Stops sending and waits until every send is settled. */
  end(): Promise<LoadResult>
}

const tickMs = 5

/** Sends `perSecond` records a second over `keys` keys, each record's value its id (`key/number`, numbered by key). */
export function startLoad(
  producer: Producer,
  options: {
    readonly topic: string
    readonly perSecond: number
    readonly keys: number
    readonly padding?: number
  },
): SteadyLoad {
  const acknowledged: Acknowledged[] = []
  const failed: Record<string, number> = {}
  const numbers = new Map<string, number>()
  const padding = 'x'.repeat(options.padding ?? 0)
  const startMs = performance.now()
  let sent = 0
  let settled = 0
  let lastAckMs = startMs
  let longestStallMs = 0
  let allSettled: (() => void) | undefined

  const sendOne = (): void => {
    const key = `k${sent++ % options.keys}`
    const number = numbers.get(key) ?? 0
    numbers.set(key, number + 1)
    const id = `${key}/${number}`
    void producer.trySend({ topic: options.topic, key, value: id, headers: { padding } }).then((result) => {
      if (result.status === 'delivered') {
        const now = performance.now()
        longestStallMs = Math.max(longestStallMs, now - lastAckMs)
        lastAckMs = now
        acknowledged.push({ id, key, partition: result.receipt.partition, offset: result.receipt.offset })
      } else {
        const why = `${result.status} ${result.error?.code}`
        failed[why] = (failed[why] ?? 0) + 1
      }
      settled++
      if (settled === sent) allSettled?.()
    })
  }

  const timer = setInterval(() => {
    const due = ((performance.now() - startMs) / 1000) * options.perSecond
    while (sent < due) sendOne()
  }, tickMs)

  return {
    async end() {
      clearInterval(timer)
      if (settled < sent) await new Promise<void>((resolve) => (allSettled = resolve))
      return { acknowledged, failed, longestStallMs }
    },
  }
}
