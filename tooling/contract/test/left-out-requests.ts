import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const manifest = createRequire(import.meta.url).resolve('@headwater/embedded/package.json')
const unsupported = readFileSync(new URL('UNSUPPORTED.md', `file://${manifest}`), 'utf8')
const rows = Array.from(unsupported.matchAll(/^\| (\d+) +\| (\w+) +\|$/gmu), ([, key, name]) => ({
  key: Number(key),
  name: name!,
}))

/** The requests that the embedded Kafka openly does without: the table of its UNSUPPORTED.md. */
export const leftOutRequests: ReadonlySet<string> = new Set(rows.map(({ name }) => name))

/** The same by their keys. */
export const leftOutKeys: ReadonlySet<number> = new Set(rows.map(({ key }) => key))
