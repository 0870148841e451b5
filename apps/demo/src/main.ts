import { dropKnownWarning } from './drop-known-warning.ts'
import { runProgram } from './run-program.ts'

dropKnownWarning()
const stop = new AbortController()
// A second one ends the process at once, as if nobody listened.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  colour: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
  stopped: stop.signal,
})
