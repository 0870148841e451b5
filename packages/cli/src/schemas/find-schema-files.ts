import { globSync, statSync } from 'node:fs'
import { isAbsolute, join, posix, relative, sep } from 'node:path'
import { placelessProblem, type SchemasProblem } from './schemas-problem.ts'

/** The files that the patterns match, and a problem for each pattern that matches none. */
export interface FoundSchemaFiles {
  /** Relative to the root, with `/`, sorted. */
  readonly files: readonly string[]
  readonly problems: readonly SchemasProblem[]
}

/** A folder stands for the schema files in it. A whole path, as hooks of editors and of git give it, is seen from the root. */
export function toPattern(root: string, pattern: string): string {
  const path = toRelative(root, pattern)
    .replace(/^\.\//, '')
    .replace(/(?<=.)\/$/, '')
  const found = statSync(join(root, path), { throwIfNoEntry: false })
  if (found === undefined) return path
  return found.isDirectory() ? toFolderPattern(path) : toFilePattern(path)
}

/** The pattern of all schema files below a folder. */
export function toFolderPattern(folder: string): string {
  return folder === '.' ? '**/*.avsc' : `${toFilePattern(folder)}/**/*.avsc`
}

/** The name of a file or folder as a pattern that matches it: `app/[id]` is a folder that there is, and no pattern. */
export function toFilePattern(name: string): string {
  // Braces are looked at before brackets are.
  return name.replaceAll(/[[*?(]/g, (sign) => `[${sign}]`).replaceAll('{', '?')
}

/** A path or pattern as reports have it: from the root, with `/`. */
function toRelative(root: string, path: string): string {
  return posix.normalize((isAbsolute(path) ? relative(root, path) : path).split(sep).join('/'))
}

/** Whether a path fits one of the patterns; files in folders that begin with a dot fit only what names the dot. */
export function isSchemaFile(file: string, patterns: readonly string[]): boolean {
  if (file.split('/').includes('node_modules')) return false
  return patterns.some((pattern) => file === pattern || posix.matchesGlob(file, pattern))
}

/** Looks for schema files in the working tree. No file at all is never taken for a success. */
export function findSchemaFiles(root: string, patterns: readonly string[]): FoundSchemaFiles {
  const files = new Set<string>()
  const problems: SchemasProblem[] = []
  for (const pattern of patterns) {
    const found = globSync(pattern, { cwd: root, exclude: (name) => name === 'node_modules' })
      .map((file) => file.split(sep).join('/'))
      .filter((file) => isSchemaFile(file, [pattern]))
      .filter((file) => statSync(join(root, file), { throwIfNoEntry: false })?.isFile() !== false)
    if (found.length === 0) {
      const fix = 'correct the pattern, or the folder that the command runs in (--cwd)'
      problems.push(placelessProblem('no-schemas', `no file matches ${pattern}`, fix))
    }
    for (const file of found) files.add(file)
  }
  return { files: [...files].toSorted(), problems }
}
