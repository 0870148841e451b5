import { gitOutput, type Git } from './run-git.ts'
import { placelessProblem, SchemasProblemError } from './schemas-problem.ts'
import type { SchemaSource } from './schema-snapshot.ts'

/**
 * The files of a commit below the folder that git runs in, by one `git cat-file --batch`, without a checkout.
 *
 * @param isWanted - told the path relative to that folder.
 */
export async function readCommitFiles(
  git: Git,
  commit: string,
  isWanted: (file: string) => boolean,
): Promise<readonly SchemaSource[]> {
  const listing = await gitOutput(git, ['ls-tree', '-r', '-z', commit])
  const entries = listing
    .toString()
    .split('\0')
    .flatMap((line) => {
      const [, mode, type, id, file] = /^(\d+) (\w+) (\w+)\t([^]+)$/.exec(line) ?? []
      // A symbolic link (120000) holds a path, and a submodule is no blob.
      return file !== undefined && type === 'blob' && mode !== '120000' && isWanted(file)
        ? [{ id: id!, file }]
        : []
    })
  if (entries.length === 0) return []
  const ids = entries.map(({ id }) => `${id}\n`).join('')
  const blobs = splitBatch(await gitOutput(git, ['cat-file', '--batch'], ids))
  return entries.map(({ file }, index) => ({ file, bytes: blobs[index]! }))
}

/** `<id> blob <size>`, a line feed, the bytes, a line feed; or `<id> missing` in a partial clone that is offline. */
function splitBatch(output: Buffer): readonly Buffer[] {
  const blobs: Buffer[] = []
  for (let at = 0; at < output.length;) {
    const lineEnd = output.indexOf(10, at)
    const header = output.subarray(at, lineEnd).toString()
    const size = / blob (\d+)$/.exec(header)?.[1]
    if (size === undefined) {
      const message = `git does not have the object ${header}`
      throw new SchemasProblemError(
        placelessProblem('git-failed', message, 'fetch the whole history of the branch'),
      )
    }
    blobs.push(output.subarray(lineEnd + 1, lineEnd + 1 + Number(size)))
    at = lineEnd + 2 + Number(size)
  }
  return blobs
}
