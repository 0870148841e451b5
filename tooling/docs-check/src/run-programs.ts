import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startKafka } from '@headwater/embedded'
import type { Problem } from './problem.ts'
import { runCommand, type CommandResult } from './run-command.ts'
import type { WrittenProgram } from './write-programs.ts'

const maxParallel = 2

/**
 * Runs every program that is to run, two at a time, each in a process of its own, and compares what it prints with
 * what its page says. A program that is written for a cluster meets an embedded one, with a registry.
 */
export async function runPrograms(
  written: readonly WrittenProgram[],
  folder: string,
): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  const waiting = written.filter((each) => each.proof.kind === 'run' || each.proof.kind === 'run-with')
  const work = async (): Promise<void> => {
    for (let program = waiting.shift(); program !== undefined; program = waiting.shift()) {
      let message = faultOf(program, await runOne(program, folder))
      // A busy computer in CI may cost a program its first try, as it may cost tests theirs.
      if (message !== undefined && process.env['CI'] === 'true') {
        console.log(`second try of ${program.path}:${program.line}, which ${message}`)
        message = faultOf(program, await runOne(program, folder))
      }
      if (message !== undefined) problems.push({ path: program.path, line: program.line, message })
    }
  }
  await Promise.all(Array.from({ length: maxParallel }, work))
  return problems
}

async function runOne(program: WrittenProgram, folder: string): Promise<CommandResult> {
  if (program.proof.kind !== 'run' || program.proof.topics === undefined) return runProgram(program, folder)
  const topics = Object.fromEntries(program.proof.topics.map((topic) => [topic, { partitions: 3 }]))
  await using kafka = await startKafka({ registry: true, topics })
  const text = readFileSync(program.file, 'utf8')
    .replaceAll('localhost:9092', kafka.bootstrapServers)
    .replaceAll('http://localhost:8081', kafka.registryUrl)
  writeFileSync(program.file, text)
  return await runProgram(program, folder)
}

function runProgram(program: WrittenProgram, folder: string): Promise<CommandResult> {
  // Colours and the hooks of the runner that may have started us are not the document's.
  const { FORCE_COLOR: _, NODE_OPTIONS: __, VITEST: ___, ...inherited } = process.env
  // Stripping the types of all packages is most of what a program costs; the second one finds it done.
  const compiled = join(import.meta.dirname, '../.cache/compiled')
  // What programs, and the runners of their tests, leave in the temporary folder goes with this one.
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const env = { ...inherited, NODE_COMPILE_CACHE: compiled, TMPDIR: temporary }
  const bin = join(import.meta.dirname, '../node_modules/.bin')
  const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning']
  if (program.proof.kind !== 'run-with') {
    const cwd = join(folder, 'cwd', program.name)
    mkdirSync(cwd, { recursive: true })
    return runCommand(process.execPath, [...quiet, program.file], { cwd, env })
  }
  if (program.proof.runner === 'node:test')
    return runCommand(process.execPath, [...quiet, '--test', program.file], { cwd: folder, env })
  if (program.proof.runner === 'jest') {
    const config = join(import.meta.dirname, '../jest/jest.config.json')
    const options = ['--experimental-vm-modules', ...quiet].join(' ')
    const args = ['--config', config, '--rootDir', folder, '--runTestsByPath', program.file, '--no-cache']
    return runCommand(join(bin, 'jest'), args, { cwd: folder, env: { ...env, NODE_OPTIONS: options } })
  }
  return runCommand(join(bin, 'vitest'), ['run', '--root', folder, program.name], {
    cwd: folder,
    env,
  })
}

function faultOf(
  { prints }: WrittenProgram,
  { exitCode, stdout, stderr }: CommandResult,
): string | undefined {
  if (exitCode !== 0) return `ended with ${exitCode}:\n${stdout}${stderr}`
  const said = prints.map(({ code }) => code.trim()).join('\n')
  if (prints.length === 0 || stdout.trim() === said) return undefined
  return `prints something else than the page says:\n${stdout}`
}
