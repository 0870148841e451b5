import { gitOutput, type Git } from './run-git.ts'
import { placelessProblem, SchemasProblemError } from './schemas-problem.ts'

/** A file of a commit: its path below the folder that git runs in, and the id of its content. */
export interface CommitFile {
  readonly file: string
  readonly id: string
}

/** What a commit holds below a folder. */
export interface CommitListing {
  readonly files: readonly CommitFile[]
  /** Folders whose files it does not hold, though they may be in the working tree. */
  readonly blind: readonly BlindFolder[]
}

/** A folder of which a commit holds nothing but that it is there. */
export interface BlindFolder {
  readonly folder: string
  /** A `link` leads out of the repository, or nowhere. */
  readonly kind: 'submodule' | 'link'
}

/** What to list. */
export interface ListCommitOptions {
  /** Where to look, seen from the folder that git runs in; all of that by default. */
  readonly folder?: string | undefined
  /** Whether a symbolic link to a folder is to be followed; by default none is. */
  readonly follows?: ((link: string) => boolean) | undefined
}

/** The files of a commit, without their content. */
export async function listCommitFiles(
  git: Git,
  commit: string,
  { folder, follows = () => false }: ListCommitOptions = {},
): Promise<CommitListing> {
  const listing = await gitOutput(git, ['ls-tree', '-r', '-z', commit, ...(folder ? ['--', folder] : [])])
  const { files, links, submodules } = splitListing(listing)
  const followed = await followLinks(git, commit, links, follows)
  return {
    files: [...files, ...followed.files],
    blind: [...submodules.map((name) => ({ folder: name, kind: 'submodule' as const })), ...followed.blind],
  }
}

function splitListing(listing: Buffer): {
  readonly files: readonly CommitFile[]
  readonly links: readonly string[]
  readonly submodules: readonly string[]
} {
  const files: CommitFile[] = []
  const links: string[] = []
  const submodules: string[] = []
  for (const line of listing.toString().split('\0')) {
    const [, mode, type, id, file] = /^(\d+) (\w+) (\w+)\t([^]+)$/.exec(line) ?? []
    if (file === undefined) continue
    if (type === 'commit') submodules.push(file)
    else if (mode === '120000') links.push(file)
    else files.push({ id: id!, file })
  }
  return { files, links, submodules }
}

/**
 * The files that symbolic links lead to, under the names of the links, as the working tree reads them. What leads
 * nowhere or out of the repository has no content in the commit.
 */
async function followLinks(
  git: Git,
  commit: string,
  links: readonly string[],
  follows: (link: string) => boolean,
): Promise<CommitListing> {
  // One name a line is all that older versions of git can be asked.
  const asked = links.filter((file) => !file.includes('\n'))
  if (asked.length === 0) return { files: [], blind: [] }
  const input = asked.map((file) => `${commit}:./${file}\n`).join('')
  const args = ['cat-file', '--batch-check=%(objectname) %(objecttype)', '--follow-symlinks']
  const output = await gitOutput(git, args, input)
  const files: CommitFile[] = []
  const blind: BlindFolder[] = []
  let at = 0
  for (const file of asked) {
    const lineEnd = output.indexOf(10, at)
    const line = output.subarray(at, lineEnd).toString()
    at = lineEnd + 1
    const [, id, type] = /^([0-9a-f]{40,64}) (blob|tree)$/.exec(line) ?? []
    // `symlink 11`, and that many bytes more.
    const [, size] = /^(?:dangling|loop|notdir|symlink) (\d+)$/.exec(line) ?? []
    if (size !== undefined) at += Number(size) + 1
    if (id === undefined) blind.push({ folder: file, kind: 'link' })
    else if (type === 'blob') files.push({ file, id })
    else if (follows(file)) {
      const inside = splitListing(await gitOutput(git, ['ls-tree', '-r', '-z', '--full-tree', id]))
      files.push(...inside.files.map((found) => ({ id: found.id, file: `${file}/${found.file}` })))
      // A link to a folder in there may lead back to where it stands: those are not followed.
      const further = inside.links.map((link) => `${file}/${link}`)
      files.push(...(await followLinks(git, commit, further, () => false)).files)
      blind.push(
        ...inside.submodules.map((name) => ({ folder: `${file}/${name}`, kind: 'submodule' as const })),
      )
    }
  }
  return { files, blind }
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
