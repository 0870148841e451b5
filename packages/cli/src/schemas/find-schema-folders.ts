import { globSync } from 'node:fs'
import { posix, sep } from 'node:path'
import { isSchemaFile, toFolderPattern } from './find-schema-files.ts'

/** Where a project keeps its schemas. */
export interface FoundSchemaFolders {
  readonly patterns: readonly string[]
  /** Schema files that the patterns match. */
  readonly count: number
}

/** More folders than this, and a list of them would be out of date soon. */
const mostFolders = 8

/**
 * Looks for schema files anywhere below a folder; folders that begin with a dot and `node_modules` are left out.
 *
 * @param findIgnored - which of the files are made from others, as in the folder of a build: these are left out, too.
 */
export async function findSchemaFolders(
  root: string,
  findIgnored: (files: readonly string[]) => Promise<readonly string[]>,
): Promise<FoundSchemaFolders> {
  const all = globSync('**/*.avsc', { cwd: root, exclude: (name) => name === 'node_modules' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => isSchemaFile(file, ['**/*.avsc']))
  const ignored = new Set(await findIgnored(all))
  const files = all.filter((file) => !ignored.has(file))
  if (files.length === 0) return { patterns: ['schemas/**/*.avsc'], count: 0 }
  const folders = [...new Set(files.map(folderOf))].toSorted()
  const outermost = folders.filter(
    (folder) => !folders.some((other) => other !== folder && isBelow(folder, other)),
  )
  const patterns = outermost.length > mostFolders ? ['**/*.avsc'] : outermost.map(toFolderPattern)
  return { patterns, count: files.length }
}

/** A folder that says that it is one of schemas, else the one that the file is in. */
function folderOf(file: string): string {
  const parts = posix.dirname(file).split('/')
  const at = parts.findIndex((part) => ['schemas', 'schema', 'avro'].includes(part))
  return at === -1 ? parts.join('/') : parts.slice(0, at + 1).join('/')
}

function isBelow(folder: string, other: string): boolean {
  return other === '.' || folder.startsWith(`${other}/`)
}
