import { CommanderError } from 'commander'
import type { ProgramContext } from '../program-context.ts'
import { formatProblems } from './format-human.ts'
import { exitCodes, worstExitCode } from './schemas-exit-code.ts'
import { problemKinds, SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'

/**
 * Runs a subcommand of `schemas` and turns what it throws into its exit codes. A fault of the command itself must not
 * look like a breaking change, which is what Node's own exit code of 1 would say.
 */
export async function endWithExitCode(
  context: ProgramContext,
  work: () => void | Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (thrown) {
    if (thrown instanceof CommanderError) throw thrown
    if (thrown instanceof SchemasProblemError) return failWith(context, thrown.problems)
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    context.err(`headwater schemas failed by a fault of its own; please report it:\n${text}\n`)
    throw new CommanderError(exitCodes.internal, 'headwater.schemas', 'internal error')
  }
}

/** Prints problems and ends with the exit code of the worst. @throws CommanderError when there is any. */
export function failWith(context: ProgramContext, problems: readonly SchemasProblem[]): void {
  if (problems.length === 0) return
  context.err(formatProblems(problems))
  const exitCode = worstExitCode(problems.map(({ code }) => problemKinds[code]))
  throw new CommanderError(exitCode, 'headwater.schemas', problems[0]!.message)
}
