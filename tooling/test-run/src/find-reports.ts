import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a package's report of one kind of tier is or should be. */
export interface ReportPlace {
  readonly path: string
  /** Undefined when there is no file. */
  readonly text: string | undefined
  /** The package has tests that must have written it. Never true of the real tier, which may be left out. */
  readonly expected: boolean
}

const roomFolders = ['packages', 'apps', 'tooling']

/** The reports of every package below `root`, present or not. */
export function findReports(root: string): readonly ReportPlace[] {
  const packages = roomFolders.flatMap((rooms) =>
    existsSync(join(root, rooms))
      ? readdirSync(join(root, rooms))
          .map((name) => join(root, rooms, name))
          .filter((folder) => existsSync(join(folder, 'package.json')))
      : [],
  )
  return packages.flatMap((folder) => {
    const hasTests = globSync('test/**/*.test.ts', { cwd: folder }).some(
      (file) => !file.endsWith('.kafka.test.ts'),
    )
    return [
      place(join(folder, '.reports/test.json'), hasTests),
      place(join(folder, '.reports/test-kafka.json'), false),
    ]
  })
}

function place(path: string, expected: boolean): ReportPlace {
  return { path, text: existsSync(path) ? readFileSync(path, 'utf8') : undefined, expected }
}
