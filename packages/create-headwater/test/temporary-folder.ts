import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const parent = join(import.meta.dirname, '../.cache')

/** A new folder inside this package, where what is imported is found as in the package; gone when the test is over. */
export function temporaryFolder(): string {
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'service-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
