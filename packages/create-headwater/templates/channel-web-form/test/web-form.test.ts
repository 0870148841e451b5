import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withService } from './with-service.ts'

interface Submitted {
  readonly payload: {
    readonly submitted_data: Readonly<Record<string, readonly string[]>>
    readonly spam_verdict: string
  }
}
const submit = (url: string, fields: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(`${url}/forms/contact`, { method: 'POST', body: new URLSearchParams(fields) })

describe('the web form channel', () => {
  it('makes an event of a submission', () =>
    withService(async ({ service, events }) => {
      const response = await submit(service.url, { email: 'ada@example.com', text: 'Where is it?' })
      assert.equal(response.status, 202)
      const [event] = await events('ingestion.raw.messages')
      assert.equal(event?.type, 'ingestion.form_submitted')
      const { payload } = event.value as Submitted
      assert.deepEqual(payload.submitted_data['text'], ['Where is it?'])
      assert.equal(payload.spam_verdict, 'clean')
    }))

  it('marks what fills in the field that people do not see, and answers as ever', () =>
    withService(async ({ service, events }) => {
      const response = await submit(service.url, { email: 'bot@example.com', website: 'x' })
      assert.equal(response.status, 202)
      const [event] = await events('ingestion.raw.messages')
      assert.equal((event?.value as Submitted | undefined)?.payload.spam_verdict, 'honeypot')
    }))
})
