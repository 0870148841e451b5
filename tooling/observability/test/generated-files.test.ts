import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generatedFiles, repositoryRoot } from '../src/generated-files.ts'

const files = [...(await generatedFiles())]

describe('generatedFiles', () => {
  it.each(files)('has written %s as it is: if not, run its package’s script generate', (path, content) => {
    expect(content.length).toBeGreaterThan(100)
    expect(readFileSync(join(repositoryRoot, path), 'utf8')).toBe(content)
  })
})
