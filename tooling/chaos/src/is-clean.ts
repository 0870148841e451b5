import type { ClientResult } from './scenario-result.ts'

/** Whether a client kept what Headwater promises: whatever it said of a record is so, and it settled each. */
export function isClean({ verdict, crashed }: ClientResult): boolean {
  if (verdict === undefined) return crashed === undefined
  const { lost, duplicated, reordered, torn, contradicted, neverSettled } = verdict
  return crashed === undefined && lost + duplicated + reordered + torn + contradicted + neverSettled === 0
}
