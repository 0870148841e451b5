import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const compiler = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url))

/** What the project's own TypeScript, with its own settings, says to these files; empty when they are fine. */
export function compileModules(files: Readonly<Record<string, string>>): string {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache/types-'))
  try {
    const config = {
      extends: '../../../../tsconfig.base.json',
      compilerOptions: { noEmit: true },
      include: ['.'],
    }
    for (const [name, text] of Object.entries({ ...files, 'tsconfig.json': JSON.stringify(config) })) {
      writeFileSync(join(folder, name), text)
    }
    execFileSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' })
    return ''
  } catch (error) {
    const { stdout } = error as { readonly stdout?: string }
    if (stdout === undefined) throw error
    return stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}
