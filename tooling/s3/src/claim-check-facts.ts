import { Buffer } from 'node:buffer'
import { createHash, randomBytes } from 'node:crypto'
import type { ClaimCheckStore } from '@headwater/channels'
import { expect, it } from 'vitest'

/** A store, and a way behind its back. */
export interface StoreUnderTest {
  readonly store: ClaimCheckStore
  /** Another client of the same place. */
  readonly other: ClaimCheckStore
  /** Changes the bytes that are kept under a digest, as a broken disk does. */
  readonly spoil: (sha256: string) => Promise<void>
}

const options = { contentType: 'application/octet-stream' }

/** What every claim-check store must do. */
export function describeClaimChecks(get: () => StoreUnderTest): void {
  it.each([
    ['text', Buffer.from('a mail')],
    ['nothing', Buffer.alloc(0)],
    ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['a view into a larger buffer', new Uint8Array(Buffer.from('xxmiddlexx').buffer.slice(0), 2, 6)],
    ['5 MiB', randomBytes(5 * 1024 * 1024)],
  ])('gives back the bytes it was given: %s', async (_, bytes) => {
    const { store, other } = get()
    const ref = await store.put(bytes, options)
    expect(ref).toMatchObject({
      size: bytes.byteLength,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    expect(Buffer.compare(await other.get(ref.uri), bytes)).toBe(0)
  })

  it('takes the same bytes again and again, also at the same time', async () => {
    const { store, other } = get()
    const refs = await Promise.all(
      Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? store : other).put(Buffer.from('same'), options)),
    )
    expect(new Set(refs.map(({ uri }) => uri)).size).toBe(1)
    expect(String(await store.get(refs[0]!.uri))).toBe('same')
  })

  it('gives a copy that the caller may change', async () => {
    const { store } = get()
    const ref = await store.put(Buffer.from('kept'), options)
    ;(await store.get(ref.uri)).fill(0)
    expect(String(await store.get(ref.uri))).toBe('kept')
  })

  it('says that it has nothing', async () => {
    await expect(get().store.get(`claim-check:${'0'.repeat(64)}`)).rejects.toMatchObject({
      code: 'CLAIM_CHECK_NOT_FOUND',
    })
  })

  it('notices bytes that changed', async () => {
    const { store, spoil } = get()
    const ref = await store.put(Buffer.from('to be spoiled'), options)
    await spoil(ref.sha256)
    await expect(store.get(ref.uri)).rejects.toMatchObject({ code: 'CLAIM_CHECK_CORRUPT' })
  })

  it.each([
    'claim-check:../../../etc/passwd',
    `claim-check:${'0'.repeat(62)}/..`,
    'https://example.com/elsewhere',
    `claim-check:${'A'.repeat(64)}`,
    `claim-check:${'0'.repeat(64)}\n`,
    '',
  ])('refuses the reference %j', async (uri) => {
    await expect(get().store.get(uri)).rejects.toMatchObject({ code: 'CLAIM_CHECK_INVALID' })
  })
}
