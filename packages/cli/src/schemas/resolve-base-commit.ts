import type { ConfigSource } from '@headwater/config'
import { findRemoteBranch, isShallow, planFetches, toFetchCommand } from './fetch-base.ts'
import { findPushedFrom } from './find-pushed-from.ts'
import { gitOutput, type Git } from './run-git.ts'
import { placelessProblem, SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'

/** The commit to compare with. */
export interface BaseCommit {
  /** As it was asked for, or found: `origin/main`. */
  readonly ref: string
  /** The commit's full id. */
  readonly commit: string
  readonly isMergeBase: boolean
}

/** Which commit is asked for. */
export interface BaseCommitOptions {
  /**
   * Default: the target branch that the CI's variables name, else the default branch of `origin`; where that is what was
   * pushed, the commit at which it was before the push.
   */
  readonly ref: string | undefined
  /** Whether to take the commit at which the working tree's branch left the ref. */
  readonly mergeBase: boolean
  /** Whether to fetch what is missing. */
  readonly fetch: boolean
  readonly env: ConfigSource
}

const targetVariables = ['GITHUB_BASE_REF', 'CI_MERGE_REQUEST_TARGET_BRANCH_NAME']
const fallbacks = ['origin/HEAD', 'origin/main', 'origin/master']
const ciFix = 'check out with fetch-depth: 0 (GitHub) or GIT_DEPTH: 0 (GitLab), or let --fetch fetch it'

/**
 * Finds the commit to compare with, and fetches it if it may.
 *
 * @throws SchemasProblemError `baseline-missing` or `baseline-shallow`, with the command that helps.
 */
export async function resolveBaseCommit(git: Git, options: BaseCommitOptions): Promise<BaseCommit> {
  const inside = await git(['rev-parse', '--is-inside-work-tree'])
  if (inside.exitCode !== 0) {
    // Usual in a container: the files of the job belong to somebody else.
    const [, place] = /dubious ownership in repository at '([^']+)'/.exec(inside.stderr) ?? []
    if (place !== undefined) {
      const fix = `run git config --global --add safe.directory '${place}'`
      fail('git-failed', `git does not trust the owner of ${place}`, fix)
    }
    fail(
      'baseline-missing',
      `this is no git repository: ${inside.stderr}`,
      'run the command in the repository',
    )
  }
  const wanted = await chooseRef(git, options)
  const base = await findBase(git, wanted, options)
  if (options.ref !== undefined || base.commit !== (await commitOf(git, 'HEAD'))) return base
  const before = await findPushedFrom(options.env)
  return before === undefined ? base : findBase(git, before, options)
}

async function findBase(git: Git, wanted: string, options: BaseCommitOptions): Promise<BaseCommit> {
  const { ref, commit: tip } = await findOrFetch(git, wanted, options)
  if (!options.mergeBase) return { ref, commit: tip, isMergeBase: false }
  const base = (await mergeBase(git, tip)) ?? (await deepen(git, tip, ref, options))
  if (base !== undefined) return { ref, commit: base, isMergeBase: true }
  const fix = 'name a ref that the branch came from, or compare with the ref itself: --no-merge-base'
  return fail('baseline-missing', `${ref} and HEAD have no commit in common`, fix)
}

/** The id of a commit that is here; `undefined` when it is not. */
async function commitOf(git: Git, ref: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
  return exitCode === 0 ? stdout.toString().trim() : undefined
}

/**
 * Finds a ref's commit here, or fetches it if it may.
 *
 * @throws SchemasProblemError `baseline-missing` or `baseline-shallow`.
 */
export async function findOrFetch(
  git: Git,
  ref: string,
  { fetch }: Pick<BaseCommitOptions, 'fetch'>,
): Promise<{ readonly ref: string; readonly commit: string }> {
  assertRef(ref)
  const here = await commitOf(git, ref)
  if (here !== undefined) return { ref, commit: here }
  const plans = await planFetches(git, ref)
  const [first] = plans
  const shallow = await isShallow(git)
  if (!fetch || first === undefined) {
    if (shallow && first !== undefined) {
      const message = `this clone is shallow and does not have ${ref}`
      fail('baseline-shallow', message, `run ${toFetchCommand(first)}, or ${ciFix}`)
    }
    const run = first === undefined ? '' : `run ${toFetchCommand(first)} (as --fetch does), or `
    const known = await knownRefs(git)
    const name =
      known === '' ? 'make a first commit: there is no branch yet' : `name a ref that it has: ${known}`
    return fail('baseline-missing', `there is no ${ref} in this repository`, `${run}${name}`)
  }
  const said: string[] = []
  for (const plan of plans) {
    const { exitCode, stderr } = await git(plan.args)
    const commit = exitCode === 0 ? await commitOf(git, plan.ref) : undefined
    if (commit !== undefined) return { ref: plan.ref, commit }
    said.push(`${toFetchCommand(plan)}: ${withoutCredentials(stderr)}`)
  }
  const message = `${ref} is not here and cannot be fetched: ${said.join('; ')}`
  return fail(
    'baseline-missing',
    message,
    'correct the ref, or see that git can reach the remote without asking for a password',
  )
}

async function chooseRef(git: Git, { ref, env, fetch }: BaseCommitOptions): Promise<string> {
  if (ref !== undefined) return ref
  const target = targetVariables
    .map((name) => env[name])
    .find((value) => typeof value === 'string' && value !== '')
  if (typeof target === 'string') return `origin/${target}`
  for (const fallback of fallbacks) if ((await commitOf(git, fallback)) !== undefined) return fallback
  const remote = fetch ? await findRemoteBranch(git) : undefined
  if (remote !== undefined) return remote
  const plan = (await isShallow(git)) ? (await planFetches(git, 'origin/main'))[0] : undefined
  const fix =
    plan === undefined
      ? 'say what to compare with: --against git:<branch>'
      : `run ${toFetchCommand(plan)}, or ${ciFix}`
  return fail(
    'baseline-missing',
    `there is no branch to compare with (looked for ${fallbacks.join(', ')})`,
    fix,
  )
}

function assertRef(ref: string): void {
  if (ref !== '' && !ref.startsWith('-')) return
  fail('baseline-missing', `"${ref}" is no ref`, 'give a branch, tag or commit')
}

async function mergeBase(git: Git, tip: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git(['merge-base', tip, 'HEAD'])
  return exitCode === 0 ? stdout.toString().trim() : undefined
}

/** A shallow clone may have both ends and not the commit where they meet. */
async function deepen(
  git: Git,
  tip: string,
  ref: string,
  options: BaseCommitOptions,
): Promise<string | undefined> {
  if (!(await isShallow(git))) return undefined
  await unshallow(git, options, `it does not reach back to where the branch left ${ref}`)
  return mergeBase(git, tip)
}

/**
 * Makes a shallow clone whole if it may.
 *
 * @param lack - what is missing in it, for the message.
 * @throws SchemasProblemError `baseline-shallow`.
 */
export async function unshallow(
  git: Git,
  { fetch }: Pick<BaseCommitOptions, 'fetch'>,
  lack: string,
): Promise<void> {
  const args = ['fetch', '--no-tags', '--unshallow']
  if (!fetch) {
    const fix = `run git fetch --unshallow, or ${ciFix}`
    fail('baseline-shallow', `this clone is shallow: ${lack}`, fix)
  }
  const { exitCode, stderr } = await git(args)
  if (exitCode === 0) return
  const message = `this clone is shallow: ${lack}; git ${args.join(' ')} failed: ${withoutCredentials(stderr)}`
  fail('baseline-shallow', message, 'see that git can reach the remote without asking for a password')
}

async function knownRefs(git: Git): Promise<string> {
  const format = ['--format=%(refname:short)', '--count=5']
  const known = await gitOutput(git, ['for-each-ref', ...format, 'refs/heads', 'refs/remotes'])
  return known.toString().trim().split('\n').filter(Boolean).join(', ')
}

/** Git repeats the address of a remote, and some hold a password in it. */
function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]*@/g, '//')
}

function fail(code: SchemasProblem['code'], message: string, fix: string): never {
  throw new SchemasProblemError(placelessProblem(code, message, fix))
}
