/**
 * The HTTP intake of all channels, to run inside another program.
 *
 * @module
 */
export { startIntake, type Intake, type StartIntakeOptions } from './start-intake.ts'
