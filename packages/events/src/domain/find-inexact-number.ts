/**
 * Where a JSON text has the first number that is no whole one, or larger than a double tells apart: `lines.0.price`.
 *
 * @returns undefined where every number is exact.
 */
export function findInexactNumber(json: string): string | undefined {
  return findIn(JSON.parse(json), [])
}

function findIn(value: unknown, path: readonly string[]): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? undefined : path.join('.')
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, part] of Object.entries(value)) {
    const found = findIn(part, [...path, name])
    if (found !== undefined) return found
  }
  return undefined
}
