import { expect } from 'vitest'
import type { GitRepository } from './git-repository.ts'

interface Problem {
  readonly code: string
  readonly file: string | null
  readonly message: string
  readonly fix: string
}

/** What a test reads of a check. */
export interface CheckedSchemas {
  readonly exitCode: number
  /** All that was printed. */
  readonly text: string
  readonly rules: readonly string[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
  readonly baselines: readonly { readonly ref: string; readonly label: string; readonly kind: string }[]
  readonly results: readonly {
    readonly file: string
    readonly subject: string
    readonly status: string
    readonly mode: string
    readonly comparedWith: readonly string[]
    readonly findings: readonly {
      readonly ruleId: string
      readonly severity: string
      readonly path: string
      readonly message: string
      readonly fingerprint: string
      readonly versions: readonly string[]
      readonly location: { readonly file: string } | null
      readonly baseLocation: { readonly file: string } | null
    }[]
  }[]
}

/** Runs `headwater schemas check` and reads its report. Findings of advice are left out of `rules`. */
export async function checkSchemas(
  repository: GitRepository,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CheckedSchemas> {
  const { exitCode, out, err } = await repository.schemas(['check', '--format', 'json', ...args], env)
  expect(err).toBe('')
  const report = JSON.parse(out) as Omit<CheckedSchemas, 'exitCode' | 'text' | 'rules'>
  expect(report.problems.every(({ message, fix }) => message !== '' && fix !== '')).toBe(true)
  const breaks = report.results.flatMap(({ findings }) =>
    findings.filter(({ severity }) => severity === 'break'),
  )
  return { ...report, exitCode, text: out, rules: breaks.map(({ ruleId }) => ruleId) }
}
