import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { factSuites } from '../src/fact-suites.ts'
import { putFactTable, readFactTable } from '../src/fact-table.ts'
import { listContractFacts } from '../src/list-contract-facts.ts'

const readme = readFileSync(new URL('../../../packages/embedded/README.md', import.meta.url), 'utf8')

/** The one suite whose real counterpart, Apicurio Registry, is known not to answer as it should. */
const withDifferences = 'Schema registry'

/**
 * What a fresh clone can tell, where nothing has run yet: that the table is of the facts that the code has now. Its
 * other two columns are those of a run; `.ci/run` writes them anew after its tests and takes no difference.
 */
describe('the table of facts in the README of packages/embedded', () => {
  const rows = readFactTable(readme)
  let contract: ReadonlyMap<string, ReadonlySet<string>>

  beforeAll(async () => {
    contract = await listContractFacts()
  }, 60_000)

  it('has a row for each suite', () => {
    expect(rows.map(({ name }) => name)).toEqual(factSuites.map(({ name }) => name))
  })

  it('is as it was written', () => {
    expect(putFactTable(readme, rows)).toBe(readme)
  })

  it.each(factSuites)('has as many facts as the code: $name', ({ name, declared }) => {
    const facts = typeof declared === 'number' ? declared : contract.get(declared.contractTest)?.size
    expect(rows.find((row) => row.name === name)?.facts).toBe(facts)
  })

  it('shows no fact that does not hold on the embedded Kafka', () => {
    expect(rows.filter(({ facts, embedded }) => embedded !== facts)).toEqual([])
  })

  it('shows no fact that does not hold on the real one, except of the registry', () => {
    const differing = rows.filter(({ facts, real }) => real !== facts).map(({ name }) => name)
    expect(differing.filter((name) => name !== withDifferences)).toEqual([])
  })
})
