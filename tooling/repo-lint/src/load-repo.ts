import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRepoView, type RepoView } from './repo-view.ts'

/** Reads every file below `root` that git tracks, or would track: what is ignored is nobody's business. */
export function loadRepo(root: string): RepoView {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const paths = [...new Set(listed.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path)))
  return createRepoView(new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])))
}
