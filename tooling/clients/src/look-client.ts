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
    this.#opened.defer(async () => void (await inTime(close(), closeTimeoutMs, 'it did not close')))
  }
}

/** Looks at a cluster with a client that this process drives; what it gives is held to the value beside it. */
export type Looks = Readonly<
  Record<string, readonly [look: (bench: LookBench) => Promise<unknown>, expected: unknown]>
>

const lookTimeoutMs = 60_000
/** A client that does not end must not hide which look it was. */
const closeTimeoutMs = 5000
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
        const first = await takeSight(cluster, `${prefix}-${at}`, look)
        sights.push({
          fact,
          ...(mayTryAgain(fact, first) ? await takeSight(cluster, `${prefix}-${at}-again`, look) : first),
        })
      }
    }
    await Promise.all(Array.from({ length: concurrency }, work))
    return sights
  }
  return { name, table, run }
}

/** As vitest.config.ts lets a test that failed in CI: once, and told. A runner's own retry comes too late for a look. */
function mayTryAgain(fact: string, { error }: Omit<Sight, 'fact'>): boolean {
  if (error === undefined || process.env['CI'] !== 'true') return false
  console.warn(`${fact}: tried again, since ${error}`)
  return true
}

async function takeSight(
  cluster: Cluster,
  prefix: string,
  look: Looks[string][0],
): Promise<Omit<Sight, 'fact'>> {
  try {
    await using opened = new AsyncDisposableStack()
    return {
      observed: await inTime(look(new LookBench(cluster, prefix, opened)), lookTimeoutMs, 'it saw nothing'),
    }
  } catch (error) {
    return { error: describeError(error) }
  }
}

/** What the work gives, or an error when that takes too long. */
async function inTime<T>(work: Promise<T>, ms: number, failure: string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${failure} within ${ms} ms`)), ms)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Closing can fail after the look has failed; the look's own error comes first. */
function describeError(error: unknown): string {
  if (error instanceof SuppressedError) {
    return `${describeError(error.suppressed)}; then ${describeError(error.error)}`
  }
  if (!(error instanceof Error)) return String(error)
  const causes = error instanceof AggregateError ? error.errors : []
  return [`${error.name}: ${error.message}`, ...new Set(causes.map(describeError))].join('; because of ')
}
