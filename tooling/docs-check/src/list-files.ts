import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Every file below `root` that git tracks, or would track: what is ignored is nobody's business. */
export function listFiles(root: string): ReadonlySet<string> {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return new Set(listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path))))
}
