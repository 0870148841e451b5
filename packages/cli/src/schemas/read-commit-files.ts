import { gitOutput, type Git } from './run-git.ts'
import { placelessProblem, SchemasProblemError } from './schemas-problem.ts'

/** A file of a commit: its path below the folder that git runs in, and the id of its content. */
export interface CommitFile {
  readonly file: string
  readonly id: string
}

/**
 * The files of a commit, without their content.
 *
 * @param folder - where to look, seen from the folder that git runs in; all of that by default.
 */
export async function listCommitFiles(
  git: Git,
  commit: string,
  folder?: string,
): Promise<readonly CommitFile[]> {
  const listing = await gitOutput(git, ['ls-tree', '-r', '-z', commit, ...(folder ? ['--', folder] : [])])
  return listing
    .toString()
    .split('\0')
    .flatMap((line) => {
      const [, mode, type, id, file] = /^(\d+) (\w+) (\w+)\t([^]+)$/.exec(line) ?? []
      // A symbolic link (120000) holds a path, and a submodule is no blob.
      return file !== undefined && type === 'blob' && mode !== '120000' ? [{ id: id!, file }] : []
    })
}

/** Contents by id, by one `git cat-file --batch`, without a checkout. */
export async function readBlobs(git: Git, ids: Iterable<string>): Promise<ReadonlyMap<string, Buffer>> {
  const distinct = [...new Set(ids)]
  if (distinct.length === 0) return new Map()
  const input = distinct.map((id) => `${id}\n`).join('')
  const blobs = splitBatch(await gitOutput(git, ['cat-file', '--batch'], input))
  return new Map(distinct.map((id, index) => [id, blobs[index]!]))
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
