import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reportFormats } from '../src/schemas/report-format.ts'
import { exitCodes } from '../src/schemas/schemas-exit-code.ts'
import { createGitRepository, record } from './git-repository.ts'

const text = readFileSync(new URL('../../../docs/schemas.md', import.meta.url), 'utf8')

/** The first column of the table with that heading. */
function column(heading: string): readonly string[] {
  const [, rows = ''] =
    new RegExp(`^\\| ${heading}[^\\n]*\\n\\|[ |-]+\\n((?:\\|[^\\n]*\\n)+)`, 'm').exec(text) ?? []
  return rows
    .trimEnd()
    .split('\n')
    .map((row) => row.split('|')[1]!.replaceAll('`', '').trim())
}

describe('docs/schemas.md', () => {
  it('has every exit code and every form of the report', () => {
    expect(
      column('Exit code')
        .map(Number)
        .toSorted((a, b) => a - b),
    ).toEqual(Object.values(exitCodes).toSorted((a, b) => a - b))
    expect(column('`--format`').toSorted()).toEqual(Object.keys(reportFormats).toSorted())
  })

  const lines = [...text.matchAll(/headwater schemas (check --[^\n`]+)$/gm)].map(([, line]) => line!)

  it.each(lines)('shows a job that passes with: %s', async (line) => {
    using repository = createGitRepository()
    repository.write({ 'schemas/order.avsc': record('Order', { id: 'string' }) })
    repository.commit('first')
    repository.git('update-ref', 'refs/remotes/origin/main', 'main')
    const summary = join(repository.folder, 'summary.md')
    const env = { GITHUB_BASE_REF: 'main', GITHUB_STEP_SUMMARY: summary }
    expect(await repository.schemas(line.split(' '), env)).toMatchObject({ exitCode: 0, err: '' })
    for (const [, file] of line.matchAll(/--format \w+=(\S+)/g)) {
      expect(existsSync(join(repository.folder, file!))).toBe(true)
    }
    expect(existsSync(summary)).toBe(line.includes('--summary'))
  })

  it('shows such jobs', () => {
    expect(lines).toHaveLength(2)
  })
})
