#!/usr/bin/env node
import { runProgram } from './run-program.ts'

/** 128 and SIGPIPE's number: what a shell says of a program whose reader went away. */
const brokenPipe = 141

// `headwater schemas list | head -1`: the reader has what it wanted, and that is no fault to be shown a stack for.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(brokenPipe)
})

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  isTerminal: process.stdout.isTTY,
})
