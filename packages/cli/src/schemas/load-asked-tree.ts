import { toFilePattern } from './find-schema-files.ts'
import { loadWorkingTree } from './load-working-tree.ts'
import type { ResolvedSnapshot } from './resolve-snapshot.ts'

/**
 * Reads the schemas that the command line names, and else those of the configuration. With those that it names come the
 * files of the configuration that they refer to: a hook gives the files that are to be committed, and not what they lean
 * on. Where one of them cannot be resolved even so, all of the configuration comes, so that it is told what is wrong
 * with it.
 *
 * @param asked - patterns of the command line
 * @param configured - patterns of the configuration
 */
export function loadAskedTree(
  root: string,
  asked: readonly string[],
  configured: readonly string[],
): ResolvedSnapshot {
  if (asked.length === 0) return loadWorkingTree(root, configured)
  const some = loadWorkingTree(root, asked)
  if (!some.problems.some(({ code }) => code === 'reference-missing')) return some
  const all = loadWorkingTree(root, [...asked, ...configured])
  const needed = new Set(some.snapshot.files)
  for (const file of needed) {
    const schema = all.snapshot.schemas.get(file)
    if (schema === undefined) return all
    for (const reference of schema.references) needed.add(reference)
  }
  const more = [...needed].filter((file) => !some.snapshot.files.has(file))
  return loadWorkingTree(root, [...asked, ...more.map(toFilePattern)])
}
