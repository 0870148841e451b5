import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { downloadFolder, downloadOnce, runToEnd } from '@headwater/kafka'
import { createPrometheusError } from './prometheus-error.ts'

/** The two programs of Prometheus, as commands. */
export interface PrometheusPrograms {
  readonly prometheus: string
  readonly promtool: string
}

const installed: PrometheusPrograms = { prometheus: 'prometheus', promtool: 'promtool' }
const packageFolder = resolve(import.meta.dirname, '..')

/**
 * The programs of a Prometheus: those that are installed, or those of Debian's package, which is fetched the first time
 * (19 MB) and unpacked, not installed: an installed one would start a server.
 *
 * @throws HeadwaterError `PROMETHEUS_UNAVAILABLE`
 */
export async function findPrometheus(env: NodeJS.ProcessEnv = process.env): Promise<PrometheusPrograms> {
  const ends = await Promise.all(
    Object.values(installed).map((program) => runToEnd(program, ['--version'], { env })),
  )
  if (ends.every(({ code }) => code === 0)) return installed
  const folder = downloadFolder(packageFolder, 'prometheus', env)
  await downloadOnce(folder, (content) => unpackInto(content, env))
  const bin = join(folder, 'usr/bin')
  return { prometheus: join(bin, 'prometheus'), promtool: join(bin, 'promtool') }
}

async function unpackInto(content: string, env: NodeJS.ProcessEnv): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-prometheus-package-'))
  try {
    await download(folder, env)
    const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'))
    if (archive === undefined) throw unavailable('apt-get downloaded nothing')
    const { code, output } = await runToEnd('dpkg-deb', ['-x', join(folder, archive), content], { env })
    if (code !== 0) throw unavailable(`dpkg-deb ended with ${code}: ${output.trim()}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function download(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const fetchPackage = () => runToEnd('apt-get', ['download', '-qq', 'prometheus'], { cwd: folder, env })
  let end = await fetchPackage()
  // Images come without lists of packages, or with old ones. Only root may load them.
  if (end.code !== 0 && end.code !== 127 && process.getuid?.() === 0) {
    await runToEnd('apt-get', ['update', '-qq'], { env })
    end = await fetchPackage()
  }
  if (end.code !== 0) throw unavailable(`apt-get download ended with ${end.code}: ${end.output.trim()}`)
}

const unavailable = (why: string) =>
  createPrometheusError(
    'PROMETHEUS_UNAVAILABLE',
    `no prometheus and promtool are installed, and Debian's package prometheus cannot be fetched (${why}); install Prometheus 2.42 or later`,
  )
