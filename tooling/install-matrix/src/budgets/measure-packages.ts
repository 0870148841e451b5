import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { MatrixRun } from '../matrix/run-matrix.ts'
import { createUserEnvironment } from '../matrix/user-environment.ts'
import type { Figures } from './check-budgets.ts'
import { measureImport } from './measure-import.ts'
import { measureInstalled } from './measure-installed.ts'

/** The figures of each package that a cell of this run installed, taken in its first folder, one after the other. */
export async function measurePackages(
  run: MatrixRun,
  folder: string,
  turns: number,
): Promise<ReadonlyMap<string, Figures>> {
  const env = createUserEnvironment(join(folder, 'home'), process.execPath)
  const figures = new Map<string, Figures>()
  for (const one of run.packages) {
    const result = run.results.find(({ cell, problem }) => cell.package === one.name && problem === undefined)
    const tarball = run.tarballs.get(one.name)
    if (result === undefined || tarball === undefined) continue
    const installed = measureInstalled(result.folder, one.name)
    const cost = await measureImport(result.folder, one.doors, turns, process.execPath, env)
    figures.set(one.name, {
      tarballBytes: statSync(tarball).size,
      installedBytes: installed.bytes,
      dependencies: installed.dependencies,
      importedFiles: cost.files.length,
      importMs: cost.importMs,
    })
  }
  return figures
}
