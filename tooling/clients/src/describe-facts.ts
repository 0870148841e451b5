import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTable, type ClientResult, type ClusterName } from './client-table.ts'
import type { Sight } from './sight.ts'

/** One of several values, where Kafka's own answer depends on how the cluster was set up. */
export class Either {
  readonly values: readonly unknown[]

  constructor(...values: readonly unknown[]) {
    this.values = values
  }
}

/** What a client shall see, by the fact's name. */
export type FactTable = Readonly<Record<string, unknown>>

/** A cluster that clients of other languages are let loose on. */
export interface Cluster {
  readonly name: ClusterName
  readonly bootstrapServers: string
  /** Requests that it openly does without. */
  readonly leftOut: ReadonlySet<string>
}

/** A client of another language: what it shall see, and the program that tells what it saw. */
export interface ForeignClient {
  readonly name: string
  readonly table: FactTable
  /** @param prefix - begins all names of topics and groups, so that runs do not meet */
  readonly run: (cluster: Cluster, prefix: string) => Promise<readonly Sight[]>
}

const runTimeoutMs = 240_000

/**
 * One run of each client's program, all at the same time, since they mostly wait. Each line that they print is a fact,
 * held to the client's table.
 */
export function describeFacts(
  clients: readonly ForeignClient[],
  getCluster: () => Cluster,
  clusterName: ClusterName,
): void {
  const runs = new Map<ForeignClient, Promise<readonly Sight[]>>()

  beforeAll(() => {
    for (const client of clients) {
      const run = client.run(getCluster(), `clients-${randomUUID().slice(0, 8)}`)
      // Awaited below, when its turn comes.
      run.catch(() => undefined)
      runs.set(client, run)
    }
  })
  const results = clients.map((client) => describeClient(client, clusterName, () => runs.get(client)!))
  afterAll(() => writeTable(results))
}

function describeClient(
  { name, table }: ForeignClient,
  clusterName: ClusterName,
  getRun: () => Promise<readonly Sight[]>,
): ClientResult {
  const result = { client: name, cluster: clusterName, facts: Object.keys(table).length, held: 0 }
  describe(name, () => {
    let sights: ReadonlyMap<string, Sight>

    beforeAll(async () => {
      sights = new Map((await getRun()).map((sight) => [sight.fact, sight]))
    }, runTimeoutMs)

    for (const [fact, expected] of Object.entries(table)) {
      it(fact, (context) => {
        const { observed, error, leftOut } = sights.get(fact) ?? { error: 'the program never came to it' }
        // UNSUPPORTED.md of packages/embedded says so, and a test there holds it to what it says.
        if (leftOut !== undefined) return context.skip(`${clusterName} does without ${leftOut}`)
        expect(error).toBeUndefined()
        if (expected instanceof Either) expect(expected.values).toContainEqual(observed)
        else expect(observed).toEqual(expected)
        result.held += 1
      })
    }
    it('is asked for no fact that nobody expects', () => {
      expect([...sights.keys()].filter((fact) => !Object.hasOwn(table, fact))).toEqual([])
    })
  })
  return result
}
