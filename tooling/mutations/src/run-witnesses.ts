import { join } from 'node:path'
import { startVitest, type TestModule } from 'vitest/node'
import type { Mutation, Witness } from './mutation.ts'

/** What a run of witnesses showed. */
export interface WitnessReport {
  /** Titles of the tests that passed. */
  readonly passed: readonly string[]
  /** Tests that failed, each with its errors. */
  readonly failed: readonly { readonly title: string; readonly errors: readonly string[] }[]
  /** Why test files could not be run at all: an error while they were loaded, or outside of every test. */
  readonly broken: readonly string[]
}

const root = join(import.meta.dirname, '../../../packages/producer')
const config = join(import.meta.dirname, 'mutant.config.ts')

/** Runs tests of the producer, with one rule switched off or with all in force. */
export async function runWitnesses(
  witnesses: readonly Witness[],
  mutation: Mutation | undefined,
): Promise<WitnessReport> {
  process.env['HEADWATER_MUTATION'] = mutation?.name ?? ''
  const files = new Set(witnesses.map(({ file }) => file))
  const titles = new Set(witnesses.map(({ title }) => escaped(title)))
  const testNamePattern = [...titles].join('|')
  const vitest = await startVitest([...files], {
    root,
    config,
    watch: false,
    reporters: [{}],
    testNamePattern,
  })
  try {
    const modules = vitest.state.getTestModules()
    const broken = [...modules.flatMap(loadErrors), ...vitest.state.getUnhandledErrors().map(told)]
    return { ...results(modules), broken }
  } finally {
    await vitest.close()
    // The failures that are looked for here are none of this process.
    process.exitCode = 0
  }
}

function results(modules: readonly TestModule[]): Pick<WitnessReport, 'passed' | 'failed'> {
  const passed: string[] = []
  const failed: { title: string; errors: string[] }[] = []
  for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
    const { state, errors = [] } = test.result()
    if (state === 'passed') passed.push(test.fullName)
    else if (state === 'failed')
      failed.push({ title: test.fullName, errors: errors.map(({ name, message }) => `${name}: ${message}`) })
  }
  return { passed, failed }
}

function loadErrors(module: TestModule): readonly string[] {
  return module.errors().map(({ message }) => `${module.moduleId}: ${message}`)
}

/** Errors come from other processes, without a prototype. */
function told(thrown: unknown): string {
  const { name, message } = thrown as Partial<Error>
  return `${name}: ${message}`
}

function escaped(title: string): string {
  return title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
