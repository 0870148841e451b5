/** What `pnpm audit --json` had to say. */
export type Audit =
  | { readonly status: 'clean' }
  /** One sentence for each hole that is high or critical. */
  | { readonly status: 'holes'; readonly holes: readonly string[] }
  /** The registry, or the way to it, gave no answer. */
  | { readonly status: 'skipped'; readonly reason: string }

interface Advisory {
  readonly module_name?: string
  readonly severity?: string
  readonly title?: string
  readonly vulnerable_versions?: string
  readonly url?: string
}

/** Reads its output. Anything but a report of advisories counts as no answer, and never as a clean one. */
export function readAudit(output: string): Audit {
  const report = parseReport(output)
  if (report === undefined) {
    const line = output.split('\n').find((each) => each.trim() !== '')
    return { status: 'skipped', reason: line?.trim() ?? 'no output' }
  }
  if (report.advisories === undefined) {
    const { code = '', message = JSON.stringify(report) } = report.error ?? {}
    return { status: 'skipped', reason: `${code} ${message}`.trim() }
  }
  const holes = Object.values(report.advisories)
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map((one) => `${one.module_name} ${one.vulnerable_versions}: ${one.severity}, ${one.title} (${one.url})`)
  return holes.length === 0 ? { status: 'clean' } : { status: 'holes', holes }
}

interface Report {
  readonly advisories?: Readonly<Record<string, Advisory>>
  readonly error?: { readonly code?: string; readonly message?: string }
}

function parseReport(output: string): Report | undefined {
  const start = output.indexOf('{')
  if (start === -1) return undefined
  try {
    return JSON.parse(output.slice(start)) as Report
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
