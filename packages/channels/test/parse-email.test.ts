import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { parseEmail } from '../src/index.ts'
import { fixtures, readFixture } from './email-fixtures.ts'

/** Marsaglia's xorshift32: the same damage in every run of a seed. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % below
  }
}

/** One to eight cuts, overwritten bytes, doubled or removed stretches. */
function damage(mail: Uint8Array, next: (below: number) => number): Uint8Array {
  let bytes = Buffer.from(mail)
  for (let times = 1 + next(8); times > 0 && bytes.length > 0; times -= 1) {
    const at = next(bytes.length)
    const to = Math.min(bytes.length, at + next(200))
    const kinds = [
      () => bytes.subarray(0, at),
      () => Buffer.concat([bytes.subarray(0, at), Buffer.of(next(256)), bytes.subarray(at)]),
      () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]),
      () => Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]),
    ]
    bytes = Buffer.from(kinds[next(kinds.length)]?.() ?? bytes)
  }
  return bytes
}

describe('parseEmail', () => {
  it('answers whatever is done to a mail, and reads it unless it says why not', async () => {
    const seed = 20260302
    const next = random(seed)
    const small = fixtures.map(({ file }) => readFixture(file)).filter((each) => each.byteLength < 100_000)
    const kinds = new Map<string, number>()
    for (let run = 0; run < 1500; run += 1) {
      const bytes = damage(small[run % small.length] ?? new Uint8Array(0), next)
      const mail = await parseEmail(bytes)
      const kind = mail.kind === 'mail' ? 'mail' : mail.reason
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      if (mail.kind === 'mail')
        expect(mail.text?.isWellFormed() ?? true, `seed ${seed}, run ${run}`).toBe(true)
    }
    expect([...kinds.keys()].toSorted()).toEqual(['EMPTY', 'NO_HEADER', 'OVER_LIMIT', 'mail'])
    expect(kinds.get('mail')).toBeGreaterThan(1000)
  })

  it('hands out the top-level fields and the body as they came', async () => {
    const mail = await parseEmail(Buffer.from('Subject: one\r\nX-A: 1\r\nX-A: 2\r\n\r\nbody \u00e4'))
    expect(mail).toMatchObject({
      kind: 'mail',
      from: null,
      messageId: null,
      headers: [
        { name: 'subject', value: 'one' },
        { name: 'x-a', value: '1' },
        { name: 'x-a', value: '2' },
      ],
    })
    expect(mail.kind === 'mail' && Buffer.from(mail.body).toString()).toBe('body \u00e4')
  })

  // A multipart whose boundary is missing, or another one than announced, lost all of its text.
  it.each(['Content-Type: multipart/mixed', 'Content-Type: multipart/mixed; boundary=other'])(
    'shows what stands in a body without its boundaries: %s',
    async (type) => {
      const raw = Buffer.from(`Subject: x\r\n${type}\r\n\r\nWhere is it?\r\n--b\r\n\r\nAnd where?\r\n`)
      const text = 'Where is it?\n--b\n\nAnd where?\n'
      expect(await parseEmail(raw)).toMatchObject({ subject: 'x', text, html: null, attachments: [] })
    },
  )

  it('makes no second line of a subject, a name or a file name that an encoded word has one in', async () => {
    const word = '=?utf-8?Q?a=0D=0ABcc=3A_x=0A?='
    const part = `--b\r\nContent-Disposition: attachment; filename="${word}"\r\n\r\nx\r\n--b--\r\n`
    const head = `From: ${word} <a@example.com>\r\nSubject: ${word}\r\nContent-Type: multipart/mixed; boundary=b`
    const mail = await parseEmail(Buffer.from(`${head}\r\n\r\n${part}`))
    expect(mail).toMatchObject({
      from: { address: 'a@example.com', name: 'a Bcc: x ' },
      subject: 'a Bcc: x ',
      attachments: [{ filename: 'a Bcc: x ' }],
    })
  })

  it('stays quick on input that was made to be slow', async () => {
    const hostile = [
      `From: ${'<'.repeat(50_000)}`,
      `From: ${'@'.repeat(50_000)}`,
      `From: a@example.com\r\n${' folded\r\n'.repeat(20_000)}`,
      `Content-Type: text/plain;\r\n${' x=\u00fc;\r\n'.repeat(20_000)}`,
      `Subject: ${'=?utf-8?Q?'.repeat(20_000)}`,
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(20_000)}`,
    ]
    const startedAt = performance.now()
    for (const each of hostile) await parseEmail(Buffer.from(each, 'latin1'))
    // Quadratic work on any of these takes minutes; a slow computer takes a second.
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})
