import { gitOutput, type Git } from './run-git.ts'

/** Which file of the commit became which file of the working tree: new path to old path. Untracked files are not seen. */
export async function findRenames(git: Git, commit: string): Promise<ReadonlyMap<string, string>> {
  const args = ['diff', '--name-status', '-M', '-z', '--relative', '--diff-filter=R', commit, '--', '.']
  const parts = (await gitOutput(git, args)).toString().split('\0')
  const renames = new Map<string, string>()
  for (let at = 0; at + 2 < parts.length; at += 3) renames.set(parts[at + 2]!, parts[at + 1]!)
  return renames
}
