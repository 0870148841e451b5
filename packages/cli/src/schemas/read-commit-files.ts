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
  const files: CommitFile[] = []
  const links: string[] = []
  for (const line of listing.toString().split('\0')) {
    const [, mode, type, id, file] = /^(\d+) (\w+) (\w+)\t([^]+)$/.exec(line) ?? []
    // A submodule is no blob.
    if (file === undefined || type !== 'blob') continue
    if (mode === '120000') links.push(file)
    else files.push({ id: id!, file })
  }
  return links.length === 0 ? files : [...files, ...(await followLinks(git, commit, links))]
}

/**
 * The files that symbolic links lead to, under the names of the links, as the working tree reads them. What leads
 * nowhere, to a folder or out of the repository has no content in the commit.
 */
async function followLinks(
  git: Git,
  commit: string,
  links: readonly string[],
): Promise<readonly CommitFile[]> {
  // One name a line is all that older versions of git can be asked.
  const asked = links.filter((file) => !file.includes('\n'))
  const input = asked.map((file) => `${commit}:./${file}\n`).join('')
  const args = ['cat-file', '--batch-check=%(objectname) %(objecttype)', '--follow-symlinks']
  const output = await gitOutput(git, args, input)
  const found: CommitFile[] = []
  let at = 0
  for (const file of asked) {
    const lineEnd = output.indexOf(10, at)
    const line = output.subarray(at, lineEnd).toString()
    at = lineEnd + 1
    const [, id] = /^([0-9a-f]{40,64}) blob$/.exec(line) ?? []
    if (id !== undefined) found.push({ file, id })
    // `symlink 11`, and that many bytes more.
    const [, size] = /^(?:dangling|loop|notdir|symlink) (\d+)$/.exec(line) ?? []
    if (size !== undefined) at += Number(size) + 1
  }
  return found
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
