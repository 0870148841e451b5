import { describe, expect, it } from 'vitest'
import { postmarkChannel, type WebhookChannel, type WebhookEvent, type WebhookRequest } from '../src/index.ts'
import { setUpMailWebhook } from './mail-webhook-setup.ts'
import { credentials, postmark } from './postmark-request.ts'
import { jsonForm, setUpForm } from './web-form-setup.ts'
import { message, messages, metadata, setUp, signed } from './whatsapp-setup.ts'

/** Half of an emoji, as programs leave it behind that cut texts at a number of characters; JSON can say it. */
const half = 'so \ud83d'

/** Every text in a value, names of fields too. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsOf(member)])
}

async function takenIn<Event extends WebhookEvent>(
  channel: WebhookChannel<Event>,
  request: WebhookRequest,
): Promise<readonly string[]> {
  const events = await channel.normalise(request.body, request.headers, request)
  expect(events.map((event) => event.type)).not.toContain('ingestion.unreadable')
  return events.flatMap((event) => [...textsOf(event), channel.key(event) ?? ''])
}

// UTF-8 has no halves of characters, so Avro refuses them: a form was answered 500 each time it was sent again, and a message
// of WhatsApp was dead-lettered for the cut name of its sender.
describe('half of a character', () => {
  it('is U+FFFD in the fields and the id of a web form', async () => {
    const { channel } = setUpForm()
    const cut = `${'x'.repeat(254)}😀`
    const form = jsonForm({ [half]: half, list: [half], submission_id: cut, email: `${half}@example.com` })
    const texts = await takenIn(channel, form)
    expect(texts).toContain('so \ufffd')
    expect(texts.filter((text) => !text.isWellFormed())).toEqual([])
  })

  it('is U+FFFD in what is read of a WhatsApp message, whose original stays as it came', async () => {
    const contacts = [{ profile: { name: half }, wa_id: '491700000001' }]
    const text = message({ from: '491700000001', text: { body: half } })
    const body = messages(text) as { entry: [{ changes: [{ value: object }] }] }
    body.entry[0].changes[0].value = { metadata, contacts, messages: [text] }
    const texts = await takenIn(setUp().channel, signed(body))
    expect(texts.filter((each) => each === 'so \ufffd')).toHaveLength(2)
    expect(texts.filter((each) => !each.isWellFormed())).toEqual([])
    expect(texts.some((each) => each.includes(String.raw`so \ud83d`))).toBe(true)
  })

  it('is U+FFFD in what a provider says of a mail', async () => {
    const { channel } = setUpMailWebhook((options) =>
      postmarkChannel({ ...options, credentials: [credentials] }),
    )
    const file = { Name: half, Content: 'eA==', ContentType: half, ContentID: half }
    const mail = {
      From: 'a@example.com',
      FromFull: { Email: 'a@example.com', Name: half },
      OriginalRecipient: `${half}@example.com`,
      Subject: half,
      TextBody: half,
      Headers: [{ Name: 'X-A', Value: half }],
      Attachments: [file],
    }
    const texts = await takenIn(channel, postmark(mail))
    expect(texts).toContain('so \ufffd')
    expect(texts.filter((text) => !text.isWellFormed())).toEqual([])
  })
})
