import { readFile } from 'node:fs/promises'
import type { ConfigSource } from '@headwater/config'
import { placelessProblem, SchemasProblemError } from './schemas-problem.ts'

/** How GitHub and GitLab write that there was no commit before. */
const none = /^0*$/

/**
 * The commit at which a branch was before the push that a CI job runs for: GitLab's `CI_COMMIT_BEFORE_SHA`, or `before`
 * in the event that GitHub describes in the file `GITHUB_EVENT_PATH`. `undefined` where there was no push, or the branch
 * is new.
 *
 * @throws SchemasProblemError `baseline-missing` when the description cannot be read.
 */
export async function findPushedFrom(env: ConfigSource): Promise<string | undefined> {
  const before = env['CI_COMMIT_BEFORE_SHA'] ?? (await readGitHubPush(env))
  return typeof before === 'string' && !none.test(before) ? before : undefined
}

async function readGitHubPush(env: ConfigSource): Promise<unknown> {
  const path = env['GITHUB_EVENT_PATH']
  if (env['GITHUB_EVENT_NAME'] !== 'push' || typeof path !== 'string') return undefined
  try {
    const event = JSON.parse(await readFile(path, 'utf8')) as { readonly before?: unknown } | null
    return event?.before
  } catch (error) {
    const message = `what was pushed cannot be read from GITHUB_EVENT_PATH: ${(error as Error).message}`
    const fix = 'say what to compare with: --against git:<commit>'
    throw new SchemasProblemError(placelessProblem('baseline-missing', message, fix))
  }
}
