import { describe, expect, it } from 'vitest'
import { runTask } from '../src/run-task.ts'

const options = { cwd: import.meta.dirname, env: process.env }

describe('runTask', () => {
  it("gives the command's exit code", async () => {
    expect(await runTask([process.execPath, '-e', 'process.exit(7)'], options)).toBe(7)
  })

  it('gives 1 for a command that a signal ended and for one that does not exist', async () => {
    expect(await runTask([process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")'], options)).toBe(1)
    expect(await runTask(['no-such-program-here'], options)).toBe(1)
  })
})
