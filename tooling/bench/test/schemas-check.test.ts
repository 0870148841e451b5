import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { measureProcess } from '../src/schemas-check/measure-process.ts'
import { writeSchemaHistory } from '../src/schemas-check/write-schema-history.ts'

const headwater = fileURLToPath(new URL('src/main.ts', import.meta.resolve('@headwater/cli/package.json')))

describe('headwater schemas check', () => {
  // The check once held 900 MB for 40,000 versions. Parsed, these 4,000 alone take more than the heap allowed here.
  it('never holds all recorded versions at once', async () => {
    const root = mkdtempSync(join(tmpdir(), 'headwater-schemas-heap-'))
    try {
      const totals = writeSchemaHistory(root, { subjects: 200, versions: 20, breakEvery: 50 })
      expect(totals.recordedVersions).toBeGreaterThan(4000)
      const heap = ['--max-old-space-size=48', '--max-semi-space-size=4']
      const check = ['schemas', 'check', '--cwd', root, '--against', 'history', '--format', 'json']
      const mode = ['--mode', 'FULL_TRANSITIVE']
      const { exitCode, output } = await measureProcess([...heap, headwater, ...check, ...mode])
      expect(exitCode).toBe(1)
      const { summary } = JSON.parse(output) as { readonly summary: Readonly<Record<string, number>> }
      expect(summary).toMatchObject({ breaks: 2 * totals.breakingSubjects, problems: 0, compared: 200 })
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  }, 120_000)
})
