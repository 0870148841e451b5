import type { Problem } from './problem.ts'

/** `path:line message (rule)`, which editors turn into a link. */
export function formatProblem(rule: string, problem: Problem): string {
  const place = problem.line === undefined ? problem.path : `${problem.path}:${problem.line}`
  return `${place} ${problem.message} (${rule})`
}
