/** What one package may weigh. `pnpm install-matrix --write` writes them anew, and that change is looked at. */
export interface Budget {
  /** Bytes of the packed package. */
  readonly tarballBytes: number
  /** Bytes of its files and of all packages below it, installed. */
  readonly installedBytes: number
  /** How many packages come with it. */
  readonly dependencies: number
  /** How many files an import reads: unlike milliseconds the same on each computer. */
  readonly importedFiles: number
  /**
   * Processor milliseconds of an import's main thread, beyond the start of Node. Held by the full run alone, which
   * nothing else runs beside; the short one holds five times as much.
   */
  readonly importMs: number
  /** Packages that may not be below it. */
  readonly without?: readonly string[]
}

/** What was measured of one package. */
export interface Figures {
  readonly tarballBytes: number
  readonly installedBytes: number
  /** Names with versions. */
  readonly dependencies: readonly string[]
  readonly importedFiles: number
  readonly importMs: number
}

const limits = [
  { field: 'tarballBytes', what: 'the tarball has', unit: ' bytes' },
  { field: 'installedBytes', what: 'it installs', unit: ' bytes' },
  { field: 'importedFiles', what: 'an import reads', unit: ' files' },
  { field: 'importMs', what: 'an import takes', unit: ' ms' },
] as const

const hint = 'when that is wanted, `pnpm install-matrix --write` sets new budgets'

/** One sentence for each budget that was exceeded. `slack` multiplies the milliseconds, and nothing else. */
export function checkBudgets(
  budgets: Readonly<Record<string, Budget>>,
  figures: ReadonlyMap<string, Figures>,
  slack: number,
): readonly string[] {
  const unknown = Object.keys(budgets)
    .filter((name) => !figures.has(name))
    .map((name) => `${name} has a budget and is no package: take it out of budgets.json`)
  const problems = [...figures].flatMap(([name, measured]) => {
    const budget = budgets[name]
    if (budget === undefined) return [`${name} has no budget; ${hint}`]
    const exceeded = limits.flatMap(({ field, what, unit }) => {
      const allowed = field === 'importMs' ? budget[field] * slack : budget[field]
      const value = Math.round(measured[field])
      return value <= allowed ? [] : [`${name}: ${what} ${value}${unit}, ${allowed} are allowed; ${hint}`]
    })
    const count = measured.dependencies.length
    const tooMany =
      count <= budget.dependencies
        ? []
        : [`${name}: ${count} packages come with it, ${budget.dependencies} are allowed; ${hint}`]
    const names = measured.dependencies.map((each) => each.slice(0, each.lastIndexOf('@')))
    const forbidden = (budget.without ?? [])
      .filter((each) => names.includes(each))
      .map((each) => `${name}: ${each} comes with it, which it shall do without`)
    return [...exceeded, ...tooMany, ...forbidden]
  })
  return [...unknown, ...problems]
}

/**
 * Room for a correction or two: a tenth more than was measured, in round numbers. A budget that is kept, and not by far,
 * stays as it is.
 */
export function toBudget(measured: Figures, before: Budget | undefined): Budget {
  const limit = (field: 'tarballBytes' | 'installedBytes' | 'importedFiles', step: number): number => {
    const known = before?.[field]
    const value = measured[field]
    const fits = known !== undefined && value <= known && known <= value * 1.5
    return fits ? known : Math.ceil((value * 1.1) / step) * step
  }
  return {
    tarballBytes: limit('tarballBytes', 1000),
    installedBytes: limit('installedBytes', 10_000),
    dependencies: measured.dependencies.length,
    importedFiles: limit('importedFiles', 5),
    // A busy computer would make it anything: once set, people change it.
    importMs: before?.importMs ?? Math.ceil((measured.importMs * 2) / 10) * 10,
    ...(before?.without === undefined ? {} : { without: before.without }),
  }
}
