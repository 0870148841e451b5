import { toFilePattern } from './find-schema-files.ts'
import { loadWorkingTree } from './load-working-tree.ts'

/**
 * The patterns of the command line, and the files of the configuration that those schemas refer to: a hook gives the
 * files that are to be committed, and not what they lean on. Where one of them cannot be resolved even so, all of the
 * configuration, so that it is told what is wrong with it.
 */
export function includeReferenced(
  root: string,
  asked: readonly string[],
  configured: readonly string[],
): readonly string[] {
  const { snapshot: some, problems } = loadWorkingTree(root, asked)
  if (!problems.some(({ code }) => code === 'reference-missing')) return asked
  const all = [...asked, ...configured]
  const { snapshot } = loadWorkingTree(root, all)
  const needed = new Set(some.files)
  for (const file of needed) {
    const schema = snapshot.schemas.get(file)
    if (schema === undefined) return all
    for (const reference of schema.references) needed.add(reference)
  }
  const more = [...needed].filter((file) => !some.files.has(file))
  return [...asked, ...more.map(toFilePattern)]
}
