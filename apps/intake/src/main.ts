import { runIntake } from './run-intake.ts'

process.exitCode = await runIntake(process.env)
