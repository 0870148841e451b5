/**
 * The public API of the packages of this repository as text.
 *
 * @module
 */
export { compareSnapshots, type SnapshotChange } from './compare-snapshots.ts'
export { formatApi } from './format-api.ts'
export { packageDoors } from './package-doors.ts'
export { publishedPackages, type PublishedPackage } from './published-packages.ts'
