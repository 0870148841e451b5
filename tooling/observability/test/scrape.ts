import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** What stands on a `/metrics`. */
export interface Scrape {
  readonly body: string
  /** Names of the metrics that are declared. */
  readonly declared: ReadonlySet<string>
  /** Names of those that have a value. */
  readonly sampled: ReadonlySet<string>
}

/** Asks for metrics as Prometheus does. */
export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(new URL('/metrics', url))
  const body = await response.text()
  const declared = new Set([...body.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name))
  const series = [...body.matchAll(/^(\w+)(?:\{| )/gm)].map(([, name = '']) => name)
  const sampled = new Set(
    series
      .flatMap((name) => [name, name.replace(/_(?:bucket|count|sum)$/, '')])
      .filter((name) => declared.has(name)),
  )
  return { body, declared, sampled }
}

/** What promtool says against a scrape; nothing when it is clean. */
export async function lintScrape(promtool: string, { body }: Scrape): Promise<string> {
  const child = spawn(promtool, ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(body)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return `${out}${err}`.trim()
}
