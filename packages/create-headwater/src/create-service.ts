import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { renderService } from './render-service.ts'
import { resolveStarterOptions } from './resolve-starter-options.ts'
import { StarterError } from './starter-error.ts'
import type { StarterOptions } from './starter-options.ts'

/** A new service, and where it goes. */
export interface CreateServiceOptions extends StarterOptions {
  /** The folder to write it to; it is made when it is not there. */
  readonly folder: string
  /**
   * Writes into a folder that has something in it, over files of the same names. Other files stay.
   *
   * @defaultValue false
   */
  readonly force?: boolean | undefined
}

/** What was written. */
export interface CreatedService {
  readonly folder: string
  /** Paths below the folder, with `/`. */
  readonly files: readonly string[]
}

/**
 * Writes a new service: one event with its Avro schema, a typed publisher, tests on the embedded Kafka, and CI. It
 * installs nothing.
 *
 * @throws StarterError `INVALID_SERVICE_NAME`, `INVALID_STARTER_OPTION`, `FOLDER_NOT_EMPTY`: nothing was written then;
 * `CANNOT_WRITE`: perhaps a part.
 */
export function createService(options: CreateServiceOptions): CreatedService {
  const { folder, force = false } = options
  const files = renderService(resolveStarterOptions(options))
  assertFolderFree(folder, force)
  try {
    for (const [path, text] of files) {
      const target = join(folder, path)
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, text)
    }
  } catch (thrown) {
    throw refusal(folder, thrown)
  }
  return { folder, files: [...files.keys()].sort() }
}

/**
 * Holds that nothing would be written over, unless that is wanted.
 *
 * @throws StarterError `FOLDER_NOT_EMPTY`, `CANNOT_WRITE`
 */
export function assertFolderFree(folder: string, force: boolean): void {
  const there = entriesOf(folder)
  if (there.length === 0 || force) return
  throw new StarterError(
    'FOLDER_NOT_EMPTY',
    `${folder} has ${there.length === 1 ? `${there[0]} in it` : `${there.length} entries`}: choose a new folder, or write over it with --force`,
  )
}

/** What is in the folder; a new repository without files counts as nothing. */
function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name !== '.git')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw refusal(folder, thrown)
  }
}

function refusal(folder: string, thrown: unknown): StarterError {
  const { code = 'an error' } = thrown as NodeJS.ErrnoException
  return new StarterError('CANNOT_WRITE', `${folder} cannot be written (${code}): choose another folder`, {
    cause: thrown,
  })
}
