import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withFolderLock } from '../src/folder-lock.ts'
import { runToEnd } from '../src/run-to-end.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-lock-test-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

describe('withFolderLock', () => {
  it('lets one in at a time', async () => {
    const path = join(folder, 'busy')
    let inside = 0
    let most = 0
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside)
      await runToEnd('true', [])
      inside--
    }
    await Promise.all([1, 2, 3].map(() => withFolderLock(path, work)))
    expect(most).toBe(1)
  })

  it('opens after work that failed', async () => {
    const path = join(folder, 'failed')
    await expect(withFolderLock(path, () => Promise.reject(new Error('no network')))).rejects.toThrow(
      'no network',
    )
    expect(await withFolderLock(path, () => Promise.resolve('in'))).toBe('in')
  })

  it('takes over from a process that died', async () => {
    const path = join(folder, 'dead')
    const { output: deadPid } = await runToEnd('sh', ['-c', 'echo $$'])
    await mkdir(path)
    await writeFile(join(path, 'pid'), deadPid)
    expect(await withFolderLock(path, () => Promise.resolve('in'))).toBe('in')
  })
})
