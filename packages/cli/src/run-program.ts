import { isHeadwaterError } from '@headwater/base'
import { CommanderError } from 'commander'
import { createProgram } from './create-program.ts'
import type { ProgramContext } from './program-context.ts'

/**
 * Runs the command to its end.
 *
 * @param args - what follows `headwater` on the command line.
 * @returns the exit code. An error that is nobody's mistake in usage is thrown as it is.
 */
export async function runProgram(args: readonly string[], context: ProgramContext): Promise<number> {
  try {
    await createProgram(context).parseAsync(args, { from: 'user' })
    return 0
  } catch (thrown) {
    // commander has printed its own message already.
    if (thrown instanceof CommanderError) return thrown.exitCode
    if (!isHeadwaterError(thrown)) throw thrown
    context.err(`${thrown.message}\n`)
    return 1
  }
}
