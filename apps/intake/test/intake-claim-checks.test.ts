import { readdirSync } from 'node:fs'
import { hash } from 'node:crypto'
import { loadConfig } from '@headwater/config'
import { describe, expect, it } from 'vitest'
import { intakeClaimChecks } from '../src/intake-claim-checks.ts'
import { claimCheckFolder } from './intake-settings.ts'

const mail = { contentType: 'message/rfc822' }

function claimChecks(folder?: string) {
  const source = folder === undefined ? {} : { INTAKE_CLAIM_CHECK_DIR: folder }
  return intakeClaimChecks(loadConfig(source, { profile: 'dev' }))
}

describe('intakeClaimChecks', () => {
  it('keeps small bytes in the reference itself, every one of them', async () => {
    const folder = claimCheckFolder()
    const store = claimChecks(folder)
    const bytes = Uint8Array.from({ length: 700 }, (_, index) => index % 256)
    const ref = await store.put(bytes, mail)
    expect(ref).toMatchObject({ sha256: hash('sha256', bytes, 'hex'), size: 700 })
    expect(ref.uri).toMatch(/^data:message\/rfc822;base64,/)
    expect(Buffer.from(await store.get(ref.uri))).toEqual(Buffer.from(bytes))
    expect(readdirSync(folder)).toEqual([])
  })

  // Regression: a data: URI ends its type at the first comma, and whoever writes a mail writes the types of its parts.
  it.each([
    'application/pdf,QUJD',
    'text/plain;base64,QUJD',
    'application/pdf#x',
    'multipart/form-data; boundary="a,b"',
    'приложение/pdf',
    'a/b\nc',
    'a/\ud800%2c',
  ])('gives back the bytes themselves, whatever type they came with: %j', async (contentType) => {
    const store = claimChecks()
    const bytes = Buffer.from('the bytes')
    const { uri } = await store.put(bytes, { contentType })
    expect(Buffer.from(await store.get(uri)).toString()).toBe('the bytes')
    // As everybody else reads it (Fetch, "data: URL processor").
    expect(await (await fetch(uri)).text()).toBe('the bytes')
  })

  it('keeps large bytes in the folder', async () => {
    const store = claimChecks(claimCheckFolder())
    const bytes = Buffer.alloc(65537, 7)
    const { uri } = await store.put(bytes, mail)
    expect(uri).toMatch(/^claim-check:/)
    expect(Buffer.from(await store.get(uri)).equals(bytes)).toBe(true)
  })

  it('leaves three quarters of a small record to the parsed mail', async () => {
    const source = { KAFKA_PRODUCER_MAX_REQUEST_SIZE: '40000', INTAKE_ATTACHMENT_THRESHOLD_BYTES: '1000' }
    const store = intakeClaimChecks(loadConfig(source, { profile: 'dev' }))
    expect((await store.put(Buffer.alloc(10000), mail)).uri).toMatch(/^data:/)
    await expect(store.put(Buffer.alloc(10001), mail)).rejects.toMatchObject({
      code: 'NO_CLAIM_CHECK_FOLDER',
    })
  })

  it('takes more into the reference without a folder, and refuses what does not fit', async () => {
    const store = claimChecks()
    expect((await store.put(Buffer.alloc(262144), mail)).uri).toMatch(/^data:/)
    await expect(store.put(Buffer.alloc(262145), mail)).rejects.toMatchObject({
      code: 'NO_CLAIM_CHECK_FOLDER',
    })
    await expect(store.get(`claim-check:${'0'.repeat(64)}`)).rejects.toMatchObject({
      code: 'NO_CLAIM_CHECK_FOLDER',
    })
  })
})
