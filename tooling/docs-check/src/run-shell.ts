import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Problem } from './problem.ts'
import type { CodeBlock } from './read-markdown.ts'
import { runCommand } from './run-command.ts'
import { commandsOf } from './shell-commands.ts'

/**
 * Runs the blocks that are marked for it, those of a page one after the other in one empty folder. `headwater` is the
 * command of this repository; git knows a name and nothing of the settings of whoever runs this.
 *
 * @param bin - the folder of the commands
 */
export async function runShell(blocks: readonly CodeBlock[], bin: string): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  const home = mkdtempSync(join(tmpdir(), 'docs-shell-'))
  const somebody = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'Docs'],
    [`GIT_${role}_EMAIL`, 'docs@example.org'],
  ])
  const env = {
    PATH: `${bin}${delimiter}${join(process.execPath, '..')}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    ...Object.fromEntries(somebody),
  }
  try {
    for (const block of blocks) {
      if (block.marker?.kind !== 'run') continue
      const cwd = join(home, block.path.replaceAll(/[^\w]+/g, '-'))
      mkdirSync(cwd, { recursive: true })
      const { exitCode, stdout, stderr } = await runCommand('bash', ['-ec', commandsOf(block)], { cwd, env })
      if (exitCode !== 0)
        problems.push({
          path: block.path,
          line: block.line,
          message: `ended with ${exitCode}:\n${stdout}${stderr}`,
        })
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
  return problems
}
