#!/usr/bin/env node
import { runCreate } from './run-create.ts'

process.exitCode = await runCreate(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  input: process.stdin,
  output: process.stdout,
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stdin.isTTY && process.stdout.isTTY,
})
