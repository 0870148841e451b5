import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileProblem } from './placed-value.ts'

/**
 * Writes a file that an option or a setting names, and its folder where that is wanted.
 *
 * @throws SchemasProblemError `config-invalid` when it cannot be written.
 */
export function writeTextFile(
  root: string,
  file: string,
  text: string,
  { append = false, makeFolder = false }: { readonly append?: boolean; readonly makeFolder?: boolean } = {},
): void {
  const path = resolve(root, file)
  try {
    if (makeFolder) mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag: append ? 'a' : 'w' })
  } catch (thrown) {
    const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown)
    const message = `the file cannot be written (${reason})`
    throw fileProblem('config-invalid', file, message, 'give the path of a file in a folder that is there')
  }
}
