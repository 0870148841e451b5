import { createHash } from 'node:crypto'

/** The id that a schema has in every registry: made from what it says, written as a UUID. */
export function schemaGuid(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}
