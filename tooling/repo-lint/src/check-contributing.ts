/**
 * `pnpm check:contributing`: clones this repository into an empty folder and runs there what CONTRIBUTING.md tells people to
 * run first, in that order. Says how long after the install the first test result was there; more than a minute fails,
 * but in a CI, which may be busy with other things.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { freshCloneCommands } from './fresh-clone-commands.ts'
import { runTool } from './run-tool.ts'

const root = join(import.meta.dirname, '../../..')
const firstResultMs = 60_000
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly packageManager: string
}
const folder = mkdtempSync(join(tmpdir(), 'fresh-clone-'))
const clone = join(folder, 'headwater')

try {
  const cloned = await runTool(['git', 'clone', '--quiet', '--local', root, clone], root)
  if (cloned.exitCode !== 0) throw new Error(cloned.output)
  const commands = freshCloneCommands(readFileSync(join(clone, 'CONTRIBUTING.md'), 'utf8'), packageManager)
  let installedAtMs: number | undefined
  let resultAfterMs: number | undefined
  for (const command of commands) {
    const isInstall = command.endsWith(' install')
    // What was fetched before is not fetched again; what is missing still is.
    const line = isInstall ? `${command} --frozen-lockfile --prefer-offline` : command
    const startMs = performance.now()
    const { exitCode, output } = await runTool(['sh', '-c', line], clone)
    console.log(
      `${exitCode === 0 ? 'ok  ' : 'FAIL'} ${((performance.now() - startMs) / 1000).toFixed(1).padStart(5)} s  ${command}`,
    )
    if (exitCode !== 0) {
      console.error(output)
      process.exitCode = 1
      break
    }
    if (isInstall) installedAtMs ??= performance.now()
    else if (/Tests +.*\d+ passed/.test(stripVTControlCharacters(output)) && installedAtMs !== undefined)
      resultAfterMs ??= performance.now() - installedAtMs
  }
  reportFirstResult(resultAfterMs)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function reportFirstResult(afterMs: number | undefined): void {
  if (afterMs === undefined) {
    console.error('no command of CONTRIBUTING.md gave a test result')
    process.exitCode = 1
    return
  }
  console.log(`the first test result was there ${(afterMs / 1000).toFixed(1)} s after the install`)
  if (afterMs <= firstResultMs) return
  console.error(`that is more than ${firstResultMs / 1000} s: let CONTRIBUTING.md begin with a smaller test`)
  if (process.env['CI'] === undefined) process.exitCode = 1
}
