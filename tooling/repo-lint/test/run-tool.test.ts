import { describe, expect, it } from 'vitest'
import { runTool } from '../src/run-tool.ts'

const run = (...command: readonly string[]): ReturnType<typeof runTool> =>
  runTool(command, import.meta.dirname)

describe('runTool', () => {
  it('keeps what the tool wrote to either output, and its exit code', async () => {
    const script = 'console.log("one"); console.error("two"); process.exitCode = 3'
    const { exitCode, output } = await run(process.execPath, '-e', script)
    expect(exitCode).toBe(3)
    expect(output).toContain('one')
    expect(output).toContain('two')
  })

  it('fails, and says why, when there is no such tool', async () => {
    expect(await run('no-such-tool-here')).toEqual({
      exitCode: 127,
      output: expect.stringContaining('no-such-tool-here'),
    })
  })

  it('counts a tool that a signal ended as failed', async () => {
    expect((await run(process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")')).exitCode).toBe(1)
  })
})
