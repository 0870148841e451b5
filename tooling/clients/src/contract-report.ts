import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { factOf } from './list-contract-facts.ts'

const folder = join(import.meta.dirname, '../../contract/.reports')

/** What vitest's JSON report says, as far as it counts here. */
interface TestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

/**
 * The facts of one test file of tooling/contract in a report of its last run, and whether they held on every cluster
 * there.
 *
 * @throws Error when there is no report, or nothing of that file in it
 */
export function readContractFacts(report: string, file: string): ReadonlyMap<string, boolean> {
  const path = join(folder, report)
  const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as TestReport
  const tests = testResults.find(({ name }) => basename(name) === file)?.assertionResults
  if (!tests) throw new Error(`${path} says nothing of ${file}: run the tests of tooling/contract first`)
  const held = new Map<string, boolean>()
  for (const { ancestorTitles, title, status } of tests) {
    const fact = factOf([...ancestorTitles, title])
    held.set(fact, (held.get(fact) ?? true) && status === 'passed')
  }
  return held
}
