/**
 * `pnpm upgrade:check`: what was written for each released version still compiles, still behaves, and still finds the
 * API that it was written for. With `--in <folder>` the consumers run where packed packages are installed.
 *
 * `pnpm upgrade:baseline <version>`: keeps the API and the consumers of today as those of a release; until the
 * version has its tag it may be done again.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatApi, packageDoors, publishedPackages } from '@headwater/api-check'
import { acceptedBreaks } from './accepted-breaks.ts'
import { findBreakingChanges } from './find-breaking-changes.ts'
import { checkConsumerTypes, moveConsumers, runConsumers } from './run-consumers.ts'

const root = join(import.meta.dirname, '../../..')
const baselines = join(import.meta.dirname, '../baseline')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { in: { type: 'string' }, baseline: { type: 'string' } },
})

if (values.baseline !== undefined) keepBaseline(values.baseline)
else process.exitCode = (await checkBaselines(positionals)) ? 0 : 1

/** The newest baseline's consumers go on; new features get new consumers by hand. */
function keepBaseline(version: string): void {
  const folder = join(baselines, version)
  const isReleased =
    execFileSync('git', ['tag', '--list', `v${version}`], { cwd: root, encoding: 'utf8' }) !== ''
  if (!/^\d+\.\d+\.\d+$/.test(version) || isReleased) {
    console.error(
      `${version} is no version such as 0.2.0, or is released: what its users have stays what it is`,
    )
    process.exitCode = 2
    return
  }
  const newest = versions().at(-1)
  if (newest !== undefined && !existsSync(folder))
    cpSync(join(baselines, newest), folder, { recursive: true })
  cpSync(join(root, 'tooling/api-check/api'), join(folder, 'api'), { recursive: true })
  console.log(`tooling/upgrade/baseline/${version} has the API of today, and consumers to add to`)
}

async function checkBaselines(wanted: readonly string[]): Promise<boolean> {
  const current = new Map<string, string>()
  for (const one of publishedPackages(root))
    current.set(one.room, formatApi(one.name, await packageDoors(root, one)))
  const problems: string[] = []
  for (const version of wanted.length > 0 ? wanted : versions()) {
    const folder = join(baselines, version)
    const breaks = globSync('api/*.md', { cwd: folder }).flatMap((path) =>
      findBreakingChanges(readFileSync(join(folder, path), 'utf8'), current.get(basename(path, '.md')) ?? ''),
    )
    const unexpected = breaks.filter(
      ({ symbol, detail }) =>
        !acceptedBreaks.some(
          (each) => each.since === version && each.symbol === symbol && each.detail === detail,
        ),
    )
    problems.push(...unexpected.map(({ symbol, detail }) => `${version}: ${symbol} ${detail}`))
    const place = values.in === undefined ? folder : moveConsumers(folder, values.in)
    const types = await checkConsumerTypes(place)
    if (types.exitCode !== 0) problems.push(`${version}: its consumers no longer compile\n${types.output}`)
    const behaviour = await runConsumers(place)
    if (behaviour.exitCode !== 0) problems.push(`${version}: its consumers fail\n${behaviour.output}`)
    const [, passed = '0'] = /pass (\d+)/.exec(behaviour.output) ?? []
    console.log(`${version}: ${unexpected.length} breaking changes, ${passed} tests of its consumers pass`)
  }
  if (problems.length === 0) return true
  console.error(`\n${problems.join('\n')}`)
  console.error(
    '\nKeep what users have written working. A break that is decided on goes into tooling/upgrade/src/accepted-breaks.ts ' +
      'with its reason, and into a changeset that says how to move on.',
  )
  return false
}

function versions(): readonly string[] {
  return globSync('*', { cwd: baselines }).toSorted((one, other) =>
    one.localeCompare(other, 'en', { numeric: true }),
  )
}
