import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

describe('README', () => {
  it('has a beginning that runs as it stands', async () => {
    const text = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const [, program] = /```ts\n(.*?)```/su.exec(text)!
    const folder = new URL('../.cache/readme/', import.meta.url)
    await mkdir(folder, { recursive: true })
    const file = new URL('start.ts', folder)
    await writeFile(file, program!)
    const env = { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1' }
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', file.pathname], {
      env,
      timeout: 20_000,
    })
    await rm(folder, { recursive: true })
    expect(stdout).toBe('requests: 2\nrecords: placed\n')
  })
})
