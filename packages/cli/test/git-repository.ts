import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runProgram } from '@headwater/cli'
import type { Run } from './run-headwater.ts'

/** An environment in which git knows nothing of the user's configuration. */
export const gitEnv: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
}

/** A folder with a git repository in it, gone at the end. */
export interface GitRepository extends Disposable {
  readonly folder: string
  git(...args: readonly string[]): string
  /** Writes files; objects become JSON with two spaces, null removes the file. */
  write(files: Readonly<Record<string, unknown>>): void
  commit(message: string): void
  /** Runs `headwater schemas`. */
  schemas(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>
}

/** Makes an empty repository on the branch `main`, or takes a folder that is one. */
export function createGitRepository(existing?: string): GitRepository {
  const folder = existing ?? realpathSync(mkdtempSync(join(tmpdir(), 'headwater-schemas-')))
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: folder,
      env: gitEnv,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  if (existing === undefined) git('init', '--quiet', '--initial-branch=main')
  return {
    folder,
    git,
    write(files) {
      for (const [file, content] of Object.entries(files)) {
        const path = join(folder, file)
        if (content === null) rmSync(path)
        else {
          mkdirSync(dirname(path), { recursive: true })
          writeFileSync(path, toBytes(content))
        }
      }
    },
    commit(message) {
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', message)
    },
    async schemas(args, env = {}) {
      let [out, err] = ['', '']
      const exitCode = await runProgram(['schemas', ...args, '--cwd', folder], {
        out: (text) => void (out += text),
        err: (text) => void (err += text),
        env: { ...gitEnv, ...env },
      })
      return { exitCode, out, err }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function toBytes(content: unknown): string | Uint8Array {
  if (typeof content === 'string' || content instanceof Uint8Array) return content
  return `${JSON.stringify(content, null, 2)}\n`
}

/** A record schema, its fields by name. */
export function record(name: string, fields: Readonly<Record<string, unknown>>): object {
  return {
    type: 'record',
    name,
    namespace: 'shop',
    fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
  }
}
