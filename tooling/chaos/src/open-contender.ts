import { join } from 'node:path'
import type { ChaosCluster } from './chaos-cluster.ts'
import type { LoadOrder } from './load-order.ts'
import { LoadProcess } from './load-process.ts'
import type { ScenarioSettings } from './run-scenario.ts'

/** A contender of one scenario: connected, and waiting for the beginning, unless it could not be had. */
export interface OpenedContender {
  readonly client: string
  readonly version: string
  readonly order: LoadOrder
  readonly process?: LoadProcess | undefined
  /** Why there is no process. */
  readonly leftOut?: string | undefined
}

const keys = 500
const valueBytes = 120
const maxOpen = 10_000
/** One for each key. */
export const recordsPerTransaction = 100

/** What a contender shall do in one scenario; `topic` is its own, and `isTransacting` makes each send a transaction. */
export function makeLoadOrder(
  module: string,
  topic: string,
  cluster: ChaosCluster,
  { records, perSecond, deliveryTimeoutMs, folder }: ScenarioSettings,
  isTransacting: boolean,
): LoadOrder {
  return {
    module,
    bootstrapServers: cluster.bootstrapServers,
    topic,
    records,
    perSecond,
    maxOpen,
    keys: isTransacting ? recordsPerTransaction : keys,
    valueBytes,
    deliveryTimeoutMs,
    maxLoadMs: 1.5 * (records / perSecond) * 1000 + 30_000,
    outcomesFile: join(folder, `${topic}.outcomes`),
    transactionalId: isTransacting ? topic : undefined,
    firstNumber: 0,
  }
}

/** Starts the process of a contender and waits until it is connected. */
export async function openContender(client: string, order: LoadOrder): Promise<OpenedContender> {
  const process = new LoadProcess(order)
  try {
    const { version, canTransact } = await process.ready()
    if (order.transactionalId === undefined || canTransact) return { client, version, order, process }
    await process.kill()
    return { client, version, order, leftOut: 'it has no transactions' }
  } catch (error) {
    return { client, version: '', order, leftOut: (error as Error).message }
  }
}
