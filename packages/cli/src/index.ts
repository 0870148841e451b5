/**
 * The command `headwater`, for programs that want to carry it inside.
 *
 * @module
 */
export { createProgram } from './create-program.ts'
export type { ProgramContext } from './program-context.ts'
export { runProgram } from './run-program.ts'
