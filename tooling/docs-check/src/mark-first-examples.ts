import type { Program } from './plan-blocks.ts'

/**
 * The first `ts` block of a package's README is run by the package's own test (the rule `readme-runs` of
 * `pnpm check` holds packages to that), so it is not run a second time here.
 */
export function markFirstExamples(
  programs: readonly Program[],
  paths: ReadonlySet<string>,
): readonly Program[] {
  const done = new Set<string>()
  return programs.map((program) => {
    const folder = /^(packages\/[^/]+)\/README\.md$/.exec(program.path)?.[1]
    if (folder === undefined || program.blocks[0]?.language !== 'ts' || done.has(folder)) return program
    done.add(folder)
    const test = ['readme.test.ts', 'readme.embedded.test.ts']
      .map((name) => `${folder}/test/${name}`)
      .find((path) => paths.has(path))
    return test === undefined || program.proof.kind !== 'run'
      ? program
      : { ...program, proof: { kind: 'run-by', test } }
  })
}
