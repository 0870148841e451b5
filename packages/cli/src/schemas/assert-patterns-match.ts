import { globSync } from 'node:fs'
import type { PlacedValue } from './placed-value.ts'
import { SchemasProblemError } from './schemas-problem.ts'

/** A pattern of files and where the configuration has it. */
export interface PlacedPattern {
  readonly pattern: string
  readonly path: readonly PropertyKey[]
}

/**
 * Refuses patterns that match no file: with a slip of the pen in one, its files would get another subject, or be held to
 * a lower level, and nobody would see it.
 *
 * @throws SchemasProblemError `config-invalid` with one problem for each.
 */
export function assertPatternsMatch(
  root: string,
  patterns: readonly PlacedPattern[],
  { file, placeOf }: PlacedValue,
): void {
  const [first, ...more] = patterns
    .filter(({ pattern }) => globSync(pattern, { cwd: root }).length === 0)
    .map(({ pattern, path }) => {
      const place = placeOf(path)
      return {
        code: 'config-invalid' as const,
        file,
        line: place?.line,
        column: place?.column,
        message: `${path.join('.')}: no file matches ${pattern}`,
        fix: 'correct the pattern, or remove it',
      }
    })
  if (first !== undefined) throw new SchemasProblemError(first, ...more)
}
