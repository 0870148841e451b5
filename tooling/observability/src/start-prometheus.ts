import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findFreePorts, startServerProcess, type ServerProcess } from '@headwater/kafka'
import { stringify } from 'yaml'
import { createPrometheusError } from './prometheus-error.ts'
import { findPrometheus } from './prometheus-files.ts'
import { createTimeScale } from './time-scale.ts'

/** What to scrape, and by which rules. */
export interface PrometheusOptions {
  /** Of all times: 1/60 has it scrape every half second instead of every 30 seconds. */
  readonly factor: number
  /** The rules file as text. */
  readonly rules: string
  /** Targets by job: `{ intake: '127.0.0.1:8080' }`. */
  readonly targets: Readonly<Record<string, string>>
}

/** An alert as Prometheus tells of it. */
export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
}

/** A running Prometheus. */
export interface Prometheus extends ServerProcess {
  readonly url: string
  /** The alerts that are pending or firing now. */
  alerts(): Promise<readonly ActiveAlert[]>
  /** How many series an expression gives now. */
  countSeries(expression: string): Promise<number>
}

const startTimeoutMs = 60_000
const scrapeSeconds = 30

/**
 * Starts a Prometheus on a free port of 127.0.0.1, with data of its own in a temporary folder.
 *
 * @throws HeadwaterError `PROMETHEUS_UNAVAILABLE` or `PROMETHEUS_START_FAILED`
 */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const { prometheus } = await findPrometheus()
  const [port] = await findFreePorts(1)
  const address = `127.0.0.1:${port}`
  const url = `http://${address}`
  const server = await startServerProcess({
    folderPrefix: 'headwater-prometheus-',
    async command(folder) {
      await writeFile(join(folder, 'alerts.yml'), options.rules)
      await writeFile(join(folder, 'prometheus.yml'), configuration(options))
      return [
        prometheus,
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
        // How long a sample counts as the present one; five minutes of production.
        `--query.lookback-delta=${createTimeScale(options.factor).range(300)}`,
        '--log.level=warn',
      ]
    },
    isReady: async () => (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(5000) })).ok,
    startTimeoutMs,
    toError(why, log) {
      const what = why === 'ended' ? 'ended while it started' : `did not answer in ${startTimeoutMs} ms`
      return createPrometheusError(
        'PROMETHEUS_START_FAILED',
        `Prometheus ${what}. The end of its log:\n${log}`,
      )
    },
  })
  return {
    ...server,
    url,
    async alerts() {
      const data = (await ask(url, '/api/v1/alerts')) as { readonly alerts: readonly ActiveAlert[] }
      return data.alerts
    },
    async countSeries(expression) {
      const path = `/api/v1/query?query=${encodeURIComponent(expression)}`
      const data = (await ask(url, path)) as { readonly result: readonly unknown[] }
      return data.result.length
    },
  }
}

async function ask(url: string, path: string): Promise<unknown> {
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(30_000) })
  const answer = (await response.json()) as { readonly data?: unknown; readonly error?: string }
  if (answer.data === undefined) {
    throw createPrometheusError('PROMETHEUS_UNAVAILABLE', `${path} answered: ${answer.error}`)
  }
  return answer.data
}

function configuration({ factor, targets }: PrometheusOptions): string {
  const interval = createTimeScale(factor).range(scrapeSeconds)
  return stringify({
    // A scrape may not take longer than the time between two.
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: ['alerts.yml'],
    scrape_configs: Object.entries(targets).map(([job, target]) => ({
      job_name: job,
      static_configs: [{ targets: [target] }],
    })),
  })
}
