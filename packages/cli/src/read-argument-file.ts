import type { Command } from 'commander'
import { readFileSync } from 'node:fs'

/** The text of a file that was named on the command line; one that cannot be read is a mistake in usage. */
export function readArgumentFile(command: Command, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown error'
    return command.error(`error: cannot read ${path} (${code}); give the path of a readable file`)
  }
}
