import { execFileSync } from 'node:child_process'
import { channel } from 'node:diagnostics_channel'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tapName, type LogTap } from '../src/tap-name.ts'

/** What this very file has left so far, of its own process and of others. */
function kept(): string {
  const folder = join(import.meta.dirname, '../.reports/log-lines/test+tap-test-file.test.ts')
  return globSync('*.jsonl', { cwd: folder })
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('')
}

const publish = (text: string) => ({ result: `{"msg":"${text}"}\n`, arguments: [{}, text] })

describe('the tap of a test file', () => {
  it('keeps what log calls say, and hands their arguments on', () => {
    const tap = (globalThis as unknown as Record<symbol, LogTap>)[Symbol.for(tapName)]
    const args = [{ a: 1 }, 'said in a call']
    expect(tap?.('warn', 'packages/a/src/b.ts', args)).toBe(args)
    expect(kept()).toContain('{"level":"warn","source":"packages/a/src/b.ts","a":1,"msg":"said in a call"}\n')
  })

  it('keeps the lines that pino makes here', () => {
    channel('tracing:pino_asJson:end').publish(publish('said here'))
    expect(kept()).toContain('{"msg":"said here"}\n')
  })

  it('keeps the lines that pino makes in a process that was started, also when it is killed', () => {
    const script = `
      const { channel } = require('node:diagnostics_channel')
      channel('tracing:pino_asJson:end').publish(${JSON.stringify(publish('said there'))})
      process.kill(process.pid, 'SIGKILL')`
    expect(() => execFileSync(process.execPath, ['-e', script], { stdio: 'ignore' })).toThrow()
    expect(kept()).toContain('{"msg":"said there"}\n')
  })

  it('keeps what an app writes beside its logger, and not what other programs do', () => {
    const root = mkdtempSync(join(tmpdir(), 'headwater-log-tap-'))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    for (const home of ['apps/desk/src', 'packages/cli/src']) {
      const main = join(root, home, 'main.ts')
      mkdirSync(dirname(main), { recursive: true })
      writeFileSync(
        main,
        `console.log('to stdout of ${home}\\nin lines'); process.stderr.write('to stderr of ${home}')`,
      )
      expect(execFileSync(process.execPath, [main], { encoding: 'utf8', stdio: 'pipe' })).toBe(
        `to stdout of ${home}\nin lines\n`,
      )
    }
    expect(kept()).toMatch(/^to stdout of apps\/desk\/src\nin lines\nto stderr of apps\/desk\/src$/m)
    expect(kept()).not.toContain('packages/cli/src')
  })

  it('keeps two hundred lines of one kind: more show nothing new', () => {
    for (let each = 0; each < 300; each++) channel('tracing:pino_asJson:end').publish(publish('said often'))
    expect(kept().match(/said often/g)).toHaveLength(200)
  })
})
