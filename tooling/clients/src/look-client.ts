import type { Cluster, ForeignClient } from './describe-facts.ts'
import type { Sight } from './sight.ts'

/** What one look may use: addresses, names of its own, and what it opens, which closes after it. */
export class LookBench {
  readonly brokers: string[]
  readonly #prefix: string
  readonly #opened: AsyncDisposableStack
  #names = 0

  constructor(cluster: Cluster, prefix: string, opened: AsyncDisposableStack) {
    this.brokers = cluster.bootstrapServers.split(',')
    this.#prefix = prefix
    this.#opened = opened
  }

  /** A name for a topic, a group or a transactional id that nobody else has. */
  name(): string {
    return `${this.#prefix}-${this.#names++}`
  }

  /** Lets something close when the look is over, the last first. */
  closeLater(close: () => Promise<unknown>): void {
    this.#opened.defer(async () => void (await close()))
  }
}

/** Looks at a cluster with a client that this process drives; what it gives is held to the value beside it. */
export type Looks = Readonly<
  Record<string, readonly [look: (bench: LookBench) => Promise<unknown>, expected: unknown]>
>

const lookTimeoutMs = 25_000
/** Looks mostly wait; more of them at once would make clients miss their own timeouts. */
const concurrency = 6

/** A client that needs no program of ours around it. */
export function createLookClient(name: string, looks: Looks): ForeignClient {
  const table = Object.fromEntries(Object.entries(looks).map(([fact, [, expected]]) => [fact, expected]))
  const run = async (cluster: Cluster, prefix: string): Promise<readonly Sight[]> => {
    const sights: Sight[] = []
    const waiting = Object.entries(looks).entries()
    const work = async (): Promise<void> => {
      for (const [at, [fact, [look]]] of waiting) {
        const sight = await takeSight(cluster, `${prefix}-${at}`, look)
        sights.push({ fact, ...sight })
      }
    }
    await Promise.all(Array.from({ length: concurrency }, work))
    return sights
  }
  return { name, table, run }
}

async function takeSight(
  cluster: Cluster,
  prefix: string,
  look: Looks[string][0],
): Promise<Omit<Sight, 'fact'>> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`nothing after ${lookTimeoutMs} ms`)), lookTimeoutMs)
  try {
    await using opened = new AsyncDisposableStack()
    return { observed: await Promise.race([look(new LookBench(cluster, prefix, opened)), late.promise]) }
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  } finally {
    clearTimeout(timer)
  }
}
