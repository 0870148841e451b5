import type { Rule } from './problem.ts'
import { baseStaysSmall } from './rules/base-stays-small.ts'
import { declaredDependencies } from './rules/declared-dependencies.ts'
import { documentedCommands } from './rules/documented-commands.ts'
import { fileNames } from './rules/file-names.ts'
import { floorImports } from './rules/floor-imports.ts'
import { floorManifests } from './rules/floor-manifests.ts'
import { frontDoors } from './rules/front-doors.ts'
import { houseMapHolds } from './rules/house-map-holds.ts'
import { liveLinks } from './rules/live-links.ts'
import { namedExports } from './rules/named-exports.ts'
import { noForeignPlaces } from './rules/no-foreign-places.ts'
import { noMutedTests } from './rules/no-muted-tests.ts'
import { oneVersion } from './rules/one-version.ts'
import { parseableSources } from './rules/parseable-sources.ts'
import { pinnedDependencies } from './rules/pinned-dependencies.ts'
import { publishedManifests } from './rules/published-manifests.ts'
import { readmeRuns } from './rules/readme-runs.ts'
import { shownByTests } from './rules/shown-by-tests.ts'
import { testTiers } from './rules/test-tiers.ts'

/** Every rule of this house, by the name under which its problems are printed. */
export const rules: Readonly<Record<string, Rule>> = {
  'parseable-sources': parseableSources,
  'floor-manifests': floorManifests,
  'floor-imports': floorImports,
  'base-stays-small': baseStaysSmall,
  'declared-dependencies': declaredDependencies,
  'front-doors': frontDoors,
  'named-exports': namedExports,
  'file-names': fileNames,
  'published-manifests': publishedManifests,
  'pinned-dependencies': pinnedDependencies,
  'one-version': oneVersion,
  'readme-runs': readmeRuns,
  'documented-commands': documentedCommands,
  'house-map-holds': houseMapHolds,
  'live-links': liveLinks,
  'shown-by-tests': shownByTests,
  'test-tiers': testTiers,
  'no-muted-tests': noMutedTests,
  'no-foreign-places': noForeignPlaces,
}
