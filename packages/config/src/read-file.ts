import { readFileSync } from 'node:fs'

/** A file's text, or why there is none, in words that do not contain the path. */
export type FileReading = { readonly text: string; readonly fault?: never } | { readonly fault: string }

const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'names a file that does not exist',
  EACCES: 'names a file that this process may not read',
  EPERM: 'names a file that this process may not read',
  EISDIR: 'names a folder, not a file',
}

/**
 * Reads a file that a variable names. Neither path nor file system error is passed on: people put secrets, whole PEM
 * texts even, where a path belongs, and an error message ends up in a log.
 */
export function readNamedFile(path: string): FileReading {
  if (path.includes('-----BEGIN')) return { fault: 'holds a PEM text instead of the path of a file' }
  try {
    return { text: readFileSync(path, 'utf8') }
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'an unknown error'
    return { fault: FAULTS[code] ?? `names a file that cannot be read (${code})` }
  }
}
