/**
 * The main job, to run inside another program.
 *
 * @module
 */
export { runProgram, type ProgramContext } from './run-program.ts'
