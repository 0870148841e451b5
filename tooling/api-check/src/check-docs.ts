import { join } from 'node:path'
import type { DocProblem } from './doc-problem.ts'
import { checkDefaults, defaultProblems, type DefaultCheck } from './doc-rules/default-as-in-code.ts'
import { hasSummary } from './doc-rules/has-summary.ts'
import { hasUnit } from './doc-rules/has-unit.ts'
import { namesErrors } from './doc-rules/names-errors.ts'
import type { DoorApi } from './package-api.ts'
import type { PublishedPackage } from './published-packages.ts'
import { sourceDefaults } from './source-defaults.ts'
import { readThrownErrors } from './thrown-errors.ts'

/** What the documentation of one package lacks, and how its defaults were checked. */
export interface DocReport {
  readonly problems: readonly DocProblem[]
  readonly defaults: readonly DefaultCheck[]
  /** How many symbols were looked at. */
  readonly symbolCount: number
}

/** Holds the documentation of everything that a package exports to the rules. */
export function checkDocs(
  root: string,
  { folder, room }: PublishedPackage,
  doors: readonly DoorApi[],
): DocReport {
  const symbols = doors.flatMap(({ exported }) => exported)
  const inCode = sourceDefaults(root, folder)
  const defaults = symbols.flatMap((symbol) => checkDefaults(symbol, inCode))
  const problems = symbols.flatMap((symbol) => {
    const source = join(root, folder, 'src', symbol.path.replace(/\.d\.ts$/, '.ts'))
    return [
      ...hasSummary(room, symbol),
      ...hasUnit(room, symbol),
      ...namesErrors(room, symbol, readThrownErrors(source)),
    ]
  })
  return {
    problems: [...problems, ...defaultProblems(room, defaults)],
    defaults,
    symbolCount: symbols.length,
  }
}
