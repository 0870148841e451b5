import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { downloadOnce, isDownloaded } from '../src/download-once.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'headwater-download-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

describe('downloadOnce', () => {
  it('fills the folder once, however many ask', async () => {
    const folder = join(root, 'deep', 'tool')
    let fills = 0
    const fill = async (partial: string): Promise<void> => {
      fills++
      await mkdir(partial)
      await writeFile(join(partial, 'file'), 'content')
    }
    await Promise.all([downloadOnce(folder, fill), downloadOnce(folder, fill), downloadOnce(folder, fill)])
    expect(fills).toBe(1)
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('content')
    expect(await readdir(join(root, 'deep'))).toEqual(['tool'])
  })

  it('leaves nothing of a download that failed, and tries again when it is asked again', async () => {
    const folder = join(root, 'tool')
    const half = async (partial: string): Promise<void> => {
      await mkdir(partial)
      throw new Error('the network is gone')
    }
    await expect(downloadOnce(folder, half)).rejects.toThrow('the network is gone')
    expect(await readdir(root)).toEqual([])
    expect(await isDownloaded(folder)).toBe(false)
    await downloadOnce(folder, async (partial) => {
      await mkdir(partial)
    })
    expect(await isDownloaded(folder)).toBe(true)
  })
})
