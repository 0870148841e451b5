import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMailSource } from '../src/mail-source.ts'

let folder = ''
const files = {
  'b.eml': 'From: b@example.org\r\n\r\n',
  a: 'Return-Path: <>\r\nFrom: <A@Example.org>\r\n\r\n',
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-source-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  await mkdir(join(folder, 'inner'))
})
afterAll(async () => await rm(folder, { recursive: true }))

const texts = (mails: readonly { readonly bytes: () => Uint8Array }[]): readonly string[] =>
  mails.map(({ bytes }) => Buffer.from(bytes()).toString())

describe('openMailSource', () => {
  it('makes 5,000 different mails of the fixtures', async () => {
    const { files: fixtures, mails } = await openMailSource({})
    expect(fixtures).toBeGreaterThanOrEqual(60)
    expect(mails).toHaveLength(5000)
    expect(new Set(mails.map(({ sender }) => sender)).size).toBeGreaterThan(60)
    // Two of the same fixture.
    expect(mails[0]?.bytes()).not.toEqual(mails[fixtures]?.bytes())
  })

  it('takes each file of a folder once and as it is', async () => {
    const { files: found, mails } = await openMailSource({ folder })
    expect(found).toBe(2)
    expect(texts(mails)).toEqual([files.a, files['b.eml']])
    expect(mails.map(({ sender, envelopeFrom }) => [sender, envelopeFrom])).toEqual([
      ['a@example.org', '<>'],
      ['b@example.org', 'b@example.org'],
    ])
  })

  it('repeats the files of a folder untouched up to the count', async () => {
    const { mails } = await openMailSource({ folder, count: 3 })
    expect(texts(mails)).toEqual([files.a, files['b.eml'], files.a])
  })

  it('refuses a folder without files, and one that is none', async () => {
    const none = { code: 'NO_MAILS' }
    await expect(openMailSource({ folder: join(folder, 'inner') })).rejects.toMatchObject(none)
    await expect(openMailSource({ folder: join(folder, 'nowhere') })).rejects.toMatchObject(none)
  })

  it('names the file that it cannot read', async () => {
    const links = await mkdtemp(join(tmpdir(), 'mail-source-links-'))
    try {
      await symlink(join(links, 'gone.eml'), join(links, 'link.eml'))
      await expect(openMailSource({ folder: links })).rejects.toMatchObject({
        code: 'NO_MAILS',
        message: expect.stringContaining(join(links, 'link.eml')),
      })
    } finally {
      await rm(links, { recursive: true })
    }
  })
})
