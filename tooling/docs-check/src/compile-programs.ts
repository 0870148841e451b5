import { join } from 'node:path'
import type { Problem } from './problem.ts'
import { runCommand } from './run-command.ts'
import type { WrittenProgram } from './write-programs.ts'

/** Type-checks all programs in one run of the compiler, with the strictness of this repository. */
export async function compilePrograms(
  written: readonly WrittenProgram[],
  folder: string,
  root: string,
): Promise<readonly Problem[]> {
  const tsc = join(root, 'node_modules/.bin/tsc')
  const { exitCode, stdout, stderr } = await runCommand(tsc, ['-p', folder, '--pretty', 'false'], {
    cwd: folder,
    timeoutMs: 300_000,
  })
  if (exitCode === 0) return []
  const byName = new Map(written.map((each) => [each.name, each]))
  const problems: Problem[] = []
  for (const line of `${stdout}\n${stderr}`.split('\n')) {
    const [, name = '', at = '', message = ''] =
      /^(?:.*\/)?([^/(]+)\((\d+),\d+\): (error .*)$/.exec(line) ?? []
    const program = byName.get(name)
    if (program !== undefined)
      problems.push({ path: program.path, line: Number(at), message: `does not compile: ${message}` })
  }
  // An error outside of the programs, or none that can be read, must not pass for success.
  const first = written[0]
  if (problems.length > 0 || first === undefined) return problems
  return [{ path: first.path, line: first.line, message: `the compiler failed: ${stdout}${stderr}` }]
}
