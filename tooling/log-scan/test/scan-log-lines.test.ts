import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished, describe, expect, it } from 'vitest'
import { describeLogScan } from '../src/describe-log-scan.ts'
import { isClean, scanLogLines } from '../src/scan-log-lines.ts'

function madeUpRun(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'headwater-log-scan-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}

const left = 'packages/mails/.reports/log-lines/test+take-mail.test.ts/17.jsonl'

describe('scanLogLines', () => {
  it('names package, test and kind, once for all lines of a place', () => {
    const line = JSON.stringify({
      source: 'packages/mails/src/a.ts',
      to: 'ada@example.com',
      msg: 'mail taken',
    })
    const scan = scanLogLines(madeUpRun({ [left]: `${line}\n${line}\n{"msg":"all is well"}\n` }))
    expect(scan).toMatchObject({ lines: 3, packages: 1 })
    expect(scan.findings).toMatchObject([
      { package: 'packages/mails', testFile: 'test/take-mail.test.ts', kind: 'e-mail address', lines: 2 },
    ])
    expect(isClean(scan)).toBe(false)
    const report = describeLogScan(scan).join('\n')
    expect(report).toContain('scanned 3 log lines of 1 packages, 1 findings')
    expect(report).not.toContain('ada@example.com')
  })

  it('finds what the tests of the same workspace have as a secret', () => {
    const scan = scanLogLines(
      madeUpRun({
        'packages/mails/test/take-mail.test.ts': "const options = { password: 'se/cret' }",
        [left]: '{"msg":"logged in with se/cret"}\n',
      }),
    )
    expect(scan.findings.map(({ kind }) => kind)).toEqual(['secret of a fixture'])
  })

  it('looks through lines that are no JSON, too', () => {
    const scan = scanLogLines(madeUpRun({ [left]: 'Error: no such user ada@example.com' }))
    expect(scan.findings).toHaveLength(1)
  })

  it('fails without any line', () => {
    const scan = scanLogLines(madeUpRun({}))
    expect(isClean(scan)).toBe(false)
    expect(describeLogScan(scan)[0]).toContain('No log line was kept')
  })

  it('fails where a package that logs left no line', () => {
    const scan = scanLogLines(
      madeUpRun({ [left]: '{"msg":"all is well"}\n', 'apps/desk/src/a.ts': "logger.info({}, 'open')" }),
    )
    expect(isClean(scan)).toBe(false)
    expect(describeLogScan(scan)[0]).toContain('apps/desk writes log lines')
  })

  it('passes where lines hold nothing', () => {
    expect(isClean(scanLogLines(madeUpRun({ [left]: '{"msg":"all is well"}\n' })))).toBe(true)
  })
})
