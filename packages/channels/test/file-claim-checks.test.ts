import { Buffer } from 'node:buffer'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileClaimChecks, type ClaimCheckStore } from '../src/index.ts'

let folder: string
let store: ClaimCheckStore
const options = { contentType: 'application/octet-stream' }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claim-checks-'))
  store = fileClaimChecks(join(folder, 'deep', 'kept'))
})
afterEach(async () => await rm(folder, { recursive: true }))

const pathOf = (sha256: string): string => join(folder, 'deep', 'kept', sha256.slice(0, 2), sha256)

describe('fileClaimChecks', () => {
  it('gives back the bytes it was given, the empty ones too', async () => {
    for (const bytes of [Buffer.from('a mail'), Buffer.alloc(0), Buffer.alloc(300_000, 7)]) {
      const ref = await store.put(bytes, options)
      expect(ref.size).toBe(bytes.byteLength)
      expect(Buffer.compare(await store.get(ref.uri), bytes)).toBe(0)
    }
  })

  it('names a file after its content and leaves no stray behind', async () => {
    const refs = await Promise.all(Array.from({ length: 10 }, () => store.put(Buffer.from('same'), options)))
    expect(new Set(refs.map((each) => each.uri)).size).toBe(1)
    expect(String(await readFile(pathOf(refs[0]?.sha256 ?? '')))).toBe('same')
    expect(await readdir(join(folder, 'deep', 'kept', '.incoming'))).toEqual([])
  })

  it('writes the same bytes once', async () => {
    const { sha256 } = await store.put(Buffer.from('same'), options)
    const before = await stat(pathOf(sha256))
    await store.put(Buffer.from('same'), options)
    expect((await stat(pathOf(sha256))).ino).toBe(before.ino)
  })

  it('replaces a file that was cut', async () => {
    const ref = await store.put(Buffer.from('whole'), options)
    await truncate(pathOf(ref.sha256), 2)
    await store.put(Buffer.from('whole'), options)
    expect(String(await store.get(ref.uri))).toBe('whole')
  })

  it('notices bytes that changed', async () => {
    const ref = await store.put(Buffer.from('whole'), options)
    await writeFile(pathOf(ref.sha256), 'wrong')
    await expect(store.get(ref.uri)).rejects.toMatchObject({ code: 'CLAIM_CHECK_CORRUPT' })
  })

  it('says that it has nothing', async () => {
    await expect(store.get(`claim-check:${'0'.repeat(64)}`)).rejects.toMatchObject({
      code: 'CLAIM_CHECK_NOT_FOUND',
    })
  })

  it.each([
    'claim-check:../../../etc/passwd',
    `claim-check:${'0'.repeat(62)}/..`,
    'file:///etc/passwd',
    `claim-check:${'A'.repeat(64)}`,
    `claim-check:${'0'.repeat(64)}\n`,
    '',
  ])('refuses the reference %j', async (uri) => {
    await expect(store.get(uri)).rejects.toMatchObject({ code: 'CLAIM_CHECK_INVALID' })
  })

  it('fails where nothing can be written', async () => {
    await writeFile(join(folder, 'deep'), 'a file, not a folder')
    await expect(store.put(Buffer.from('x'), options)).rejects.toMatchObject({ code: 'ENOTDIR' })
  })
})
