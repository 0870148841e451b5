import { roomOf } from '../floor-table.ts'
import type { Problem } from '../problem.ts'
import { isSample, type PackageView, type RepoView } from '../repo-view.ts'

const tierName = /^[a-z0-9-]+(?:\.(?:embedded|kafka))?\.test\.ts$/

/** A test file lies in `test/`, and its name says its tier; a misspelt tier would run in another, or never. */
export function testTiers(repo: RepoView): readonly Problem[] {
  return repo.packages.flatMap((one) => [...misplaced(one, repo), ...aboveTheirTier(one)])
}

function misplaced(one: PackageView, repo: RepoView): readonly Problem[] {
  return [...repo.files.keys()]
    .filter((path) => path.startsWith(`${one.folder}/`) && !isSample(path))
    .filter((path) => /\.(?:test|spec)\.[cm]?[jt]sx?$/.test(path))
    .flatMap((path): Problem[] => {
      if (!path.startsWith(`${one.folder}/test/`))
        return [{ path, message: 'is a test outside test/: never run' }]
      if (tierName.test(path.split('/').at(-1) ?? '')) return []
      return [{ path, message: 'is named x.test.ts, x.embedded.test.ts or x.kafka.test.ts, nothing else' }]
    })
}

/** The unit tier runs on nothing; `embedded` tests its own pure parts by relative paths. */
function aboveTheirTier(one: PackageView): readonly Problem[] {
  return one.sources
    .filter(({ path }) => path.endsWith('.test.ts') && !/\.(?:embedded|kafka)\.test\.ts$/.test(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier, typeOnly }) => roomOf(specifier) === 'embedded' && !typeOnly)
        .map(({ line }) => ({
          path,
          line,
          message: 'starts the embedded Kafka: name it x.embedded.test.ts',
        })),
    )
}
