import type { ConfigSource } from '@headwater/config'
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
  /** Default: the target branch that the CI's variables name, else the default branch of `origin`. */
  readonly ref: string | undefined
  /** Whether to take the commit at which the working tree's branch left the ref. */
  readonly mergeBase: boolean
  readonly env: ConfigSource
}

const targetVariables = ['GITHUB_BASE_REF', 'CI_MERGE_REQUEST_TARGET_BRANCH_NAME']
const fallbacks = ['origin/HEAD', 'origin/main', 'origin/master']

/**
 * Finds the commit to compare with.
 *
 * @throws SchemasProblemError `baseline-missing` or `baseline-shallow`, with the command that helps.
 */
export async function resolveBaseCommit(git: Git, options: BaseCommitOptions): Promise<BaseCommit> {
  const inside = await git(['rev-parse', '--is-inside-work-tree'])
  if (inside.exitCode !== 0) {
    fail(
      'baseline-missing',
      `this is no git repository: ${inside.stderr}`,
      'run the command in the repository',
    )
  }
  const ref = await chooseRef(git, options)
  const tip = await commitOf(git, ref)
  if (tip === undefined) return failMissing(git, ref)
  if (!options.mergeBase) return { ref, commit: tip, isMergeBase: false }
  const base = await git(['merge-base', tip, 'HEAD'])
  if (base.exitCode === 0) return { ref, commit: base.stdout.toString().trim(), isMergeBase: true }
  if (await isShallow(git)) {
    return fail(
      'baseline-shallow',
      `this clone is shallow: it does not reach back to where the branch left ${ref}`,
      'run git fetch --unshallow, or check out with fetch-depth: 0 (GitHub) or GIT_DEPTH: 0 (GitLab)',
    )
  }
  const fix = 'name a ref that the branch came from, or compare with the ref itself: --no-merge-base'
  return fail('baseline-missing', `${ref} and HEAD have no commit in common`, fix)
}

async function chooseRef(git: Git, { ref, env }: BaseCommitOptions): Promise<string> {
  if (ref !== undefined) {
    if (ref === '' || ref.startsWith('-'))
      fail('baseline-missing', `"${ref}" is no ref`, 'give a branch, tag or commit')
    return ref
  }
  const target = targetVariables
    .map((name) => env[name])
    .find((value) => typeof value === 'string' && value !== '')
  if (typeof target === 'string') return `origin/${target}`
  for (const fallback of fallbacks) if ((await commitOf(git, fallback)) !== undefined) return fallback
  const fix = (await isShallow(git)) ? fetchFix('main') : 'say what to compare with: --against git:<branch>'
  return fail(
    'baseline-missing',
    `there is no branch to compare with (looked for ${fallbacks.join(', ')})`,
    fix,
  )
}

async function commitOf(git: Git, ref: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
  return exitCode === 0 ? stdout.toString().trim() : undefined
}

async function isShallow(git: Git): Promise<boolean> {
  return (await gitOutput(git, ['rev-parse', '--is-shallow-repository'])).toString().trim() === 'true'
}

async function failMissing(git: Git, ref: string): Promise<never> {
  const branch = ref.replace(/^origin\//, '')
  if (await isShallow(git)) {
    fail('baseline-shallow', `this clone is shallow and does not have ${ref}`, fetchFix(branch))
  }
  const known = await gitOutput(git, [
    'for-each-ref',
    '--format=%(refname:short)',
    '--count=5',
    'refs/heads',
    'refs/remotes',
  ])
  const names = known.toString().trim().split('\n').filter(Boolean).join(', ')
  const fetch = ref.startsWith('origin/') ? `run git fetch origin ${branch}, or ` : ''
  return fail(
    'baseline-missing',
    `there is no ${ref} in this repository`,
    `${fetch}name a ref that it has: ${names}`,
  )
}

function fetchFix(branch: string): string {
  return `run git fetch --no-tags origin ${branch}:refs/remotes/origin/${branch} --unshallow, or check out with fetch-depth: 0 (GitHub) or GIT_DEPTH: 0 (GitLab)`
}

function fail(code: SchemasProblem['code'], message: string, fix: string): never {
  throw new SchemasProblemError(placelessProblem(code, message, fix))
}
