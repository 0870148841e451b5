import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { variables } from './variables.ts'
import { withService } from './with-service.ts'

const webhook = JSON.stringify({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '102290000000001',
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '15550100000', phone_number_id: '106540000000001' },
            contacts: [{ profile: { name: 'Ana' }, wa_id: '491700000001' }],
            messages: [
              {
                from: '491700000001',
                id: 'wamid.A1',
                timestamp: '1772439300',
                type: 'text',
                text: { body: 'Where is it?' },
              },
            ],
          },
        },
      ],
    },
  ],
})
const post = (url: string, secret: string): Promise<Response> =>
  fetch(`${url}/whatsapp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(webhook).digest('hex')}`,
    },
    body: webhook,
  })

describe('the WhatsApp channel', () => {
  it('makes an event of a message that Meta has signed', () =>
    withService(async ({ service, events }) => {
      assert.equal((await post(service.url, variables.WHATSAPP_APP_SECRET)).status, 200)
      const [event] = await events('ingestion.raw.messages')
      assert.equal(event?.type, 'ingestion.whatsapp_received')
      const { message_type } = event.value as { readonly message_type: string }
      assert.equal(message_type, 'whatsapp_received')
    }))

  it('takes nothing that somebody else has signed', () =>
    withService(async ({ service, events }) => {
      assert.equal((await post(service.url, 'another secret')).status, 401)
      assert.deepEqual(await events('ingestion.raw.messages'), [])
    }))
})
