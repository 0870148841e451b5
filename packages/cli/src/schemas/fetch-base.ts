import { gitOutput, type Git } from './run-git.ts'

/** A fetch that may bring what is missing, and how the ref is called after it. */
export interface BaseFetch {
  readonly args: readonly string[]
  readonly ref: string
}

/**
 * The fetches that may bring a ref, the likeliest first; none where there is no remote to ask. A ref without the name
 * of a remote is looked for on `origin`, as a branch and as a tag.
 */
export async function planFetches(git: Git, ref: string): Promise<readonly BaseFetch[]> {
  const remotes = (await gitOutput(git, ['remote'])).toString().split('\n').filter(Boolean)
  const named = remotes.find((name) => ref.startsWith(`${name}/`))
  const remote = named ?? (remotes.includes('origin') ? 'origin' : remotes[0])
  if (remote === undefined) return []
  const deepen = (await isShallow(git)) ? ['--unshallow'] : []
  const fetch = (refspec: string, after: string): BaseFetch => ({
    args: ['fetch', '--no-tags', remote, refspec, ...deepen],
    ref: after,
  })
  if (/^[0-9a-f]{40,64}$/.test(ref)) return [fetch(ref, ref)]
  const branch = named === undefined ? ref : ref.slice(named.length + 1)
  // git takes what begins with a dash for an option wherever it stands, and one of them runs a program.
  if (branch.startsWith('-')) return []
  const tracking = `${remote}/${branch}`
  return [
    fetch(`${branch}:refs/remotes/${tracking}`, tracking),
    ...(named === undefined ? [fetch(`refs/tags/${ref}:refs/tags/${ref}`, ref)] : []),
  ]
}

/** As one types it. */
export function toFetchCommand({ args }: BaseFetch): string {
  return `git ${args.join(' ')}`
}

/** The branch that `HEAD` of a remote stands for; `undefined` when it cannot be asked. */
export async function findRemoteBranch(git: Git): Promise<string | undefined> {
  const { stdout } = await git(['ls-remote', '--symref', 'origin', 'HEAD'])
  const branch = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(stdout.toString())?.[1]
  return branch === undefined ? undefined : `origin/${branch}`
}

/** Whether the clone ends somewhere above the first commit. */
export async function isShallow(git: Git): Promise<boolean> {
  return (await gitOutput(git, ['rev-parse', '--is-shallow-repository'])).toString().trim() === 'true'
}
