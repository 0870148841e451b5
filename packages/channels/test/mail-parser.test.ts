import { Buffer } from 'node:buffer'
import { ManualClock } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { createMailParser, emailChannel, parseEmail, type MailParser } from '../src/index.ts'
import { json, order } from './email-setup.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'
import { MemoryProducer } from './memory-producer.ts'
import { sample, toMime } from './sample-mail.ts'

const busy = expect.objectContaining({ code: 'PARSER_UNAVAILABLE', retriable: true }) as Error
const rich = toMime(sample)

/** What is written in the three encodings of bodies, and in lines of every length. */
const encodings = Buffer.from(
  [
    'From: ada@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n',
    '--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe =\r\nand more\r\n\r\n',
    '--b\r\nContent-Type: x/y\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAwQF\r\nBgc=\r\n',
    '--b\r\nContent-Type: x/z\r\n\r\n\r\nline\nline\r\n\u00ff\r\n--b--\r\n',
  ].join(''),
)

/** A mail whose text is so many times a line. */
const long = (lines: number): Buffer =>
  Buffer.from(`From: ada@example.com\r\nSubject: long\r\n\r\n${'all work and no play\r\n'.repeat(lines)}`)

describe('createMailParser', () => {
  it('reads in a thread what it reads on the spot, to the last byte', async () => {
    await using inThread = createMailParser({ inlineBytes: 0 })
    for (const raw of [rich, encodings, order, Buffer.from('no mail'), Buffer.from('a: b\rc: d\r\rbody')]) {
      const [there, here] = [await inThread.parse(raw), await parseEmail(raw)]
      expect(JSON.stringify(there)).toBe(JSON.stringify({ ...here, body: inBytes(here) }))
      expect(filesOf(there)).toEqual(filesOf(here))
    }
  })

  it('hands over the mail alone, and leaves the bytes to whoever has them', async () => {
    await using parser = createMailParser({ inlineBytes: 0 })
    const buffer = Buffer.concat([Buffer.from('before'), rich, Buffer.from('behind')])
    const mail = await parser.parse(buffer.subarray(6, 6 + rich.byteLength))
    expect(mail).toMatchObject({ kind: 'mail', subject: sample.subject })
    expect(buffer.subarray(6, 6 + rich.byteLength).equals(rich)).toBe(true)
  })

  it('keeps the limits that it is given', async () => {
    await using parser = createMailParser({ inlineBytes: 0 })
    expect(await parser.parse(rich, { maxNestingDepth: 1 })).toMatchObject({ reason: 'OVER_LIMIT' })
    expect(await parser.parse(rich, { maxHeaderBytes: 100 })).toMatchObject({ reason: 'OVER_LIMIT' })
  })

  it('reads small mails while large ones wait for each other', async () => {
    await using parser = createMailParser({ inlineBytes: 5000 })
    const ended: string[] = []
    const read = async (raw: Buffer, size: string): Promise<void> => {
      await parser.parse(raw)
      ended.push(size)
    }
    const large = Array.from({ length: 10 }, async () => await read(long(1000), 'large'))
    await Promise.all([...large, read(order, 'small')])
    expect(ended.at(-1)).toBe('large')
  })

  // Regression: 128 KiB of empty lines held everything else up for more than a second, where others take 15 ms.
  it.each([
    ['of lines', `From: ada@example.com\r\n\r\n${'\n'.repeat(20_000)}`],
    ['of lines that end in CR', `From: ada@example.com\r\r${'\r'.repeat(20_000)}`],
    ['of header', `From: ada@example.com\r\nTo: ${'g:'.repeat(20_000)}\r\n\r\nx`],
    ['of header behind a mark and blank lines', `\ufeff\r\n\r\nTo: ${'g:'.repeat(20_000)}\r\n\r\nx`],
    ['of header with CR in its lines', `To: a\r\r${'g:'.repeat(20_000)}\r\n\r\nx`],
    ['of header behind blank lines', `\r\n\r\n\nTo: ${'g:'.repeat(20_000)}\r\n\r\nx`],
  ])('reads a small mail %s in a thread as well', async (_, text) => {
    await using parser = createMailParser({ maxWorkers: 1, maxWaiting: 0 })
    const large = parser.parse(long(10_000))
    const small = parser.parse(order)
    // The thread has work, so what it has to read is refused, and what is read on the spot is not.
    await expect(parser.parse(Buffer.from(text))).rejects.toThrow(busy)
    expect(await small).toMatchObject({ kind: 'mail' })
    expect(await large).toMatchObject({ kind: 'mail' })
  })

  it('reads one after the other what comes to one thread at a time', async () => {
    await using parser = createMailParser({ inlineBytes: 0, maxWorkers: 1, maxWaiting: 20 })
    const subjects = Array.from({ length: 20 }, (_, index) => `mail ${index}`)
    const mails = await Promise.all(
      subjects.map(async (each) => await parser.parse(Buffer.from(`Subject: ${each}\r\n\r\nx`))),
    )
    expect(mails.map((each) => each.kind === 'mail' && each.subject)).toEqual(subjects)
  })

  it('refuses, for a while, what it has no room for', async () => {
    await using parser = createMailParser({ inlineBytes: 0, maxWorkers: 2, maxWaiting: 1 })
    const taken = [parser.parse(order), parser.parse(order), parser.parse(order)]
    await expect(parser.parse(order)).rejects.toThrow(busy)
    expect((await Promise.all(taken)).map(({ kind }) => kind)).toEqual(['mail', 'mail', 'mail'])
    expect(await parser.parse(order)).toMatchObject({ kind: 'mail' })
  })

  it('gives up a mail that takes too long, and reads the next one', async () => {
    const clock = new ManualClock()
    await using parser = createMailParser({ inlineBytes: 0, deadlineMs: 500, clock })
    const [late, next] = [parser.parse(rich), parser.parse(order)]
    clock.advance(500)
    expect(await late).toMatchObject({ kind: 'unreadable', reason: 'OVER_LIMIT' })
    expect(await next).toMatchObject({ kind: 'mail' })
    expect(clock.pendingTimers).toBe(0)
  })

  it('gives up a mail that takes too much memory, and reads the next one', async () => {
    await using parser = createMailParser({ inlineBytes: 5000, maxHeapMb: 48 })
    // Two million lines of nothing.
    const many = Buffer.from(`From: ada@example.com\r\n\r\n${'\r\n'.repeat(2_000_000)}x`)
    expect(await parser.parse(many)).toMatchObject({ kind: 'unreadable', reason: 'OVER_LIMIT' })
    expect(await parser.parse(long(1000))).toMatchObject({ kind: 'mail' })
  })

  it('leaves nothing behind when it is closed', async () => {
    const clock = new ManualClock()
    const parser = createMailParser({ inlineBytes: 0, clock })
    const open = [parser.parse(rich), parser.parse(rich)]
    const ends = Promise.allSettled(open)
    expect(parser.close()).toBe(parser.close())
    await parser.close()
    expect(await ends).toEqual([
      { status: 'rejected', reason: busy },
      { status: 'rejected', reason: busy },
    ])
    await expect(parser.parse(order)).rejects.toThrow(busy)
    expect(clock.pendingTimers).toBe(0)
  })

  it('refuses options that are no numbers', () => {
    for (const option of [{ inlineBytes: -1 }, { maxWorkers: 0 }, { maxWaiting: 0.5 }, { deadlineMs: NaN }]) {
      expect(() => createMailParser(option)).toThrow(
        expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION' }),
      )
    }
  })
})

describe('emailChannel and its parser', () => {
  const parts = { producer: new MemoryProducer(), claimCheck: new MemoryClaimChecks(), codec: json }

  it('closes its own', async () => {
    const channel = emailChannel(parts)
    await channel.close()
    await expect(channel.publish(order)).rejects.toThrow(busy)
  })

  it('leaves one that it was given to its owner', async () => {
    await using parser: MailParser = createMailParser()
    const channel = emailChannel({ ...parts, parser })
    await channel.close()
    expect(await channel.publish(order)).toMatchObject({ kind: 'published' })
  })

  it('says nothing is safe while there is no room', async () => {
    await using parser = createMailParser({ inlineBytes: 0, maxWorkers: 1, maxWaiting: 0 })
    const channel = emailChannel({ ...parts, parser })
    const first = channel.publish(order)
    await expect(channel.publish(order)).rejects.toThrow(busy)
    expect(await first).toMatchObject({ kind: 'published' })
  })
})

function filesOf(mail: Awaited<ReturnType<typeof parseEmail>>): readonly string[] {
  return mail.kind === 'mail' ? mail.attachments.map(({ bytes }) => Buffer.from(bytes).toString('hex')) : []
}

/** A thread hands plain bytes over, whatever view of them the parser had. */
function inBytes(mail: Awaited<ReturnType<typeof parseEmail>>): Uint8Array | undefined {
  return mail.kind === 'mail' ? new Uint8Array(mail.body) : undefined
}
