import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { variables } from './variables.ts'
import { withService } from './with-service.ts'

const mail = [
  'From: Ada <ada@example.com>',
  'To: desk@example.org',
  'Subject: Order 17',
  '',
  'Where is it?',
  '',
].join('\r\n')
const post = (url: string, key: string): Promise<Response> =>
  fetch(`${url}/emails?from=ada@example.com&to=desk@example.org`, {
    method: 'POST',
    headers: { 'content-type': 'message/rfc822', authorization: `Basic ${btoa(`mail:${key}`)}` },
    body: mail,
  })

describe('the email channel', () => {
  it('makes an event of a mail, under the key of its sender', () =>
    withService(async ({ service, events }) => {
      const response = await post(service.url, variables.EMAIL_API_KEYS)
      assert.equal(response.status, 200)
      const [event] = await events('ingestion.raw.messages')
      assert.equal(event?.type, 'ingestion.email_received')
      assert.equal(event.key, 'ada@example.com')
      const { payload } = event.value as { readonly payload: { readonly subject: string } }
      assert.equal(payload.subject, 'Order 17')
    }))

  it('takes nothing from who has no key', () =>
    withService(async ({ service, events }) => {
      assert.equal((await post(service.url, 'another')).status, 401)
      assert.deepEqual(await events('ingestion.raw.messages'), [])
    }))
})
