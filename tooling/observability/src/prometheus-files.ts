import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { runToEnd, withFolderLock } from '@headwater/kafka'
import { createPrometheusError } from './prometheus-error.ts'

/** The two programs of Prometheus, as commands. */
export interface PrometheusPrograms {
  readonly prometheus: string
  readonly promtool: string
}

const installed: PrometheusPrograms = { prometheus: 'prometheus', promtool: 'promtool' }

/** Where Debian's package is unpacked: below `HEADWATER_KAFKA_CACHE`, or else below this package. */
export function prometheusFolder(env: NodeJS.ProcessEnv = process.env): string {
  const root = env['HEADWATER_KAFKA_CACHE']
    ? resolve(env['HEADWATER_KAFKA_CACHE'])
    : resolve(import.meta.dirname, '../.cache')
  return join(root, 'prometheus')
}

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
  const folder = prometheusFolder(env)
  if (!(await exists(folder))) {
    await mkdir(dirname(folder), { recursive: true })
    await withFolderLock(`${folder}.lock`, async () => {
      if (!(await exists(folder))) await fillFolder(folder, env)
    })
  }
  const bin = join(folder, 'usr/bin')
  return { prometheus: join(bin, 'prometheus'), promtool: join(bin, 'promtool') }
}

/** The folder gets its name when it is complete, not before. */
async function fillFolder(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  // A name of its own, so that even a broken lock cannot mix two downloads.
  const partial = await mkdtemp(`${folder}.partial-`)
  try {
    await download(partial, env)
    const archive = (await readdir(partial)).find((name) => name.endsWith('.deb'))
    if (archive === undefined) throw unavailable('apt-get downloaded nothing')
    const content = join(partial, 'content')
    const { code, output } = await runToEnd('dpkg-deb', ['-x', join(partial, archive), content], { env })
    if (code !== 0) throw unavailable(`dpkg-deb ended with ${code}: ${output.trim()}`)
    await rename(content, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
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

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
