/**
 * The HTTP intake of all channels, to run inside another program.
 *
 * @module
 */
export type { LiveAction, LiveCluster, LiveControls } from './live/live-controls.ts'
export { startIntake, type Intake, type StartIntakeOptions } from './start-intake.ts'
