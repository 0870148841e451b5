import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Git } from './run-git.ts'

/**
 * Which of the files are neither in the index of git nor ever will be, unless forced. None where there is no repository.
 *
 * @param root - the folder that git runs in, and that the files are seen from.
 */
export async function findIgnoredFiles(
  git: Git,
  root: string,
  files: readonly string[],
): Promise<readonly string[]> {
  const asked = files.filter((file) => isInPlace(root, file))
  if (asked.length === 0) return []
  const { exitCode, stdout } = await git(['check-ignore', '-z', '--stdin'], `${asked.join('\0')}\0`)
  return exitCode === 0 ? stdout.toString().split('\0').filter(Boolean) : []
}

/** Git answers nothing about what lies beyond a symbolic link, nor in the same run about anything else. */
function isInPlace(root: string, file: string): boolean {
  const folder = dirname(file)
  return realpathSync(join(root, folder)) === join(realpathSync(root), folder)
}
