import { runWorkflow } from './run-workflow.ts'

process.exitCode = await runWorkflow(process.argv.slice(2), process.env)
