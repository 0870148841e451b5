import { Buffer } from 'node:buffer'
import { ManualClock } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { emailChannel, type EmailEvent } from '../src/index.ts'
import { fixtures, readFixture } from './email-fixtures.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'
import { MemoryProducer } from './memory-producer.ts'

const claimCheck = new MemoryClaimChecks()
const channel = emailChannel({
  producer: new MemoryProducer(),
  codec: { contentType: 'application/json', encode: (_topic, value) => Buffer.from(JSON.stringify(value)) },
  claimCheck,
  clock: new ManualClock(Date.parse('2026-03-02T08:15:00Z')),
})
const envelope = { from: 'bounces@example.com', to: 'support@example.org' }

const readable = fixtures.filter((each) => each.unreadable === undefined)
const unreadable = fixtures.filter((each) => each.unreadable !== undefined)

async function onlyEvent(file: string): Promise<EmailEvent> {
  const mail = await channel.normalise(readFixture(file), envelope)
  if (mail.kind !== 'events') throw new Error(`${file} is unreadable: ${mail.message}`)
  const [event, ...more] = mail.events
  if (event === undefined || more.length > 0) throw new Error(`${file} gave ${mail.events.length} events`)
  return event
}

describe('emailChannel on every fixture', () => {
  it('has many of them', () => expect(readable.length).toBeGreaterThan(60))

  it.each(readable)('reads $file', async (expected) => {
    const { payload } = (await onlyEvent(expected.file)).message
    expect(payload.subject).toBe(expected.subject)
    expect(payload.from_email).toBe(expected.from)
    if (expected.fromName !== undefined) expect(payload.from_name).toBe(expected.fromName)
    if (expected.to !== undefined) expect(payload.to.map((each) => each.address)).toEqual(expected.to)
    if (expected.textHas !== undefined) expect(payload.text).toContain(expected.textHas)
    if (expected.htmlHas !== undefined) expect(payload.html).toContain(expected.htmlHas)
    if (expected.auto !== undefined) expect(payload.auto_generated_reason).toBe(expected.auto)
    if (expected.attachments !== undefined) {
      expect(payload.attachments.map((each) => each.filename)).toEqual(expected.attachments)
    }
  })

  it.each(readable)('keeps every byte of $file', async ({ file }) => {
    const { payload } = (await onlyEvent(file)).message
    const kept = await claimCheck.get(payload.raw_claim_check.uri)
    expect(Buffer.compare(kept, readFixture(file))).toBe(0)
    for (const each of payload.attachments) {
      const bytes = each.inline ?? (await claimCheck.get(each.claim_check?.uri ?? 'none'))
      expect(bytes.byteLength).toBe(each.size)
    }
  })

  it.each(unreadable)('says why $file is unreadable', async ({ file, unreadable: reason }) => {
    expect(await channel.normalise(readFixture(file), envelope)).toMatchObject({ kind: 'unreadable', reason })
  })

  it('gives each mail an id of its own, the same every time', async () => {
    const first = await Promise.all(readable.map(async ({ file }) => (await onlyEvent(file)).messageId))
    const second = await Promise.all(readable.map(async ({ file }) => (await onlyEvent(file)).messageId))
    expect(second).toEqual(first)
    expect(new Set(first).size).toBe(readable.length)
    for (const id of first) expect(id).toMatch(/^[0-9a-f]{64}$/)
  })

  it('gives each mail a key', async () => {
    for (const { file, from } of readable) {
      const { key } = await onlyEvent(file)
      expect(key).toBe(from ?? envelope.from)
    }
  })
})
