import { relative } from 'node:path'
import type { RedTest } from './find-red-tests.ts'

/** Error and place; the frames below are the runner's own. */
const maxReasonLines = 12

/** A red test for people: what became of it, where it stands, and the beginning of its first error. */
export function describeRedTest({ kind, file, name, reason }: RedTest, root: string): string {
  const title = `${kind.toUpperCase()}: ${relative(root, file)}`
  const lines = reason.split('\n').slice(0, maxReasonLines)
  const named = name === '' ? `${title} (outside of its tests)` : `${title} > ${name}`
  return [named, ...lines.filter((line) => line.trim() !== '').map((line) => `  ${line}`)].join('\n')
}
