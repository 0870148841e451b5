import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join } from 'node:path'
import { fileProblem, type PlacedValue } from './placed-value.ts'

/**
 * Reads the export `config` of a TypeScript configuration; Node itself takes the types off, from 22.18 on.
 *
 * @throws SchemasProblemError `config-invalid` when the module cannot be loaded or has no such export.
 */
export function readConfigModule(root: string, file: string): PlacedValue {
  const path = isAbsolute(file) ? file : join(root, file)
  if (!existsSync(path))
    throw fileProblem('config-invalid', file, 'there is no such file', 'correct the path')
  const { config } = load(path, file)
  if (config === undefined) {
    const fix = 'write: export const config = defineSchemasConfig({ version: 1 })'
    throw fileProblem('config-invalid', file, 'the module has no export named config', fix)
  }
  return { file, value: config, placeOf: () => undefined }
}

function load(path: string, file: string): { readonly config?: unknown } {
  try {
    // A module that waits for nothing can be loaded at once, and then a configuration is read in the same way as YAML.
    return createRequire(path)(path) as { readonly config?: unknown }
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException
    const fix =
      code === 'ERR_UNKNOWN_FILE_EXTENSION'
        ? 'run the command on Node 22.18 or later, or write the configuration as YAML'
        : 'correct the module; it may not wait (no await outside of functions)'
    throw fileProblem(
      'config-invalid',
      file,
      `the module cannot be loaded: ${message ?? String(thrown)}`,
      fix,
    )
  }
}
