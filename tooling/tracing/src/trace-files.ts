import { readFile } from 'node:fs/promises'
import { drawTrace } from './draw-trace.ts'
import { otelMetricsTable } from './otel-metrics-table.ts'
import type { OtlpTrace } from './otlp-trace.ts'

/** Where the repository is. */
export const repositoryRoot: URL = new URL('../../../', import.meta.url)

/** The files that show a trace, by their paths: the trace itself, and the document with a drawing of it. */
export async function traceFiles(trace: OtlpTrace): Promise<Readonly<Record<string, string>>> {
  const path = 'docs/tracing.md'
  const text = await readFile(new URL(path, repositoryRoot), 'utf8')
  const drawn = fill(text, 'trace', `\`\`\`text\n${drawTrace(trace)}\n\`\`\``)
  return {
    'docs/traces/email.json': `${JSON.stringify(trace, undefined, 2)}\n`,
    [path]: fill(drawn, 'otel-metrics', otelMetricsTable()),
  }
}

/** Puts something between the two comments of a name. */
function fill(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`there is no place between ${start} and ${end}`)
  return `${text.slice(0, from)}${start}\n\n${content}\n\n${text.slice(to)}`
}
