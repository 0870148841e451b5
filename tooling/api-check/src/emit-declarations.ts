import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { readDeclarationFile, type DeclarationFile } from './declaration-file.ts'

/**
 * The declarations of one package as TypeScript emits them from its sources, by path: nothing has to be built, and
 * types are not checked, since `pnpm check` does that.
 *
 * @throws Error when TypeScript refuses
 */
export async function emitDeclarations(
  root: string,
  folder: string,
): Promise<ReadonlyMap<string, DeclarationFile>> {
  const out = mkdtempSync(join(tmpdir(), 'api-check-'))
  try {
    const args = [
      '-p',
      join(root, folder, 'tsconfig.build.json'),
      '--emitDeclarationOnly',
      '--noCheck',
      '--outDir',
      out,
    ]
    const PATH = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
    await promisify(execFile)('tsc', args, { cwd: root, env: { ...process.env, PATH } })
    const paths = globSync('**/*.d.ts', { cwd: out }).map((path) => path.replaceAll('\\', '/'))
    return new Map(
      paths.map((path) => [path, readDeclarationFile(path, readFileSync(join(out, path), 'utf8'))]),
    )
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}
