import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { takeWebhook, type WebhookRequest } from '../src/index.ts'
import { createRandom, mutate } from './mutate.ts'
import { jsonForm, multipartForm, setUpForm, urlEncodedForm } from './web-form-setup.ts'

const inputs = 50_000

// Of the module: a further try has the same values, or it would hide what the first one found.
const seed = Number(process.env['HEADWATER_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

describe('webFormChannel under fuzzed forms', () => {
  it(
    `answers every one of ${inputs}, and publishes nothing without an id`,
    { timeout: 120_000 },
    async () => {
      console.info(`fuzzed forms: HEADWATER_TEST_SEED=${seed}`)
      const random = createRandom(seed)
      const entries = [
        { name: 'name', value: 'Ana' },
        { name: 'email', value: 'ana@example.org' },
        { name: 'cv', value: 'bytes of a file', filename: 'cv.pdf', type: 'application/pdf' },
      ]
      const forms = [
        urlEncodedForm(entries),
        multipartForm(entries),
        jsonForm({ name: 'Ana', email: 'ana@example.org', tags: ['a', 'b'], address: { street: 'x' } }),
      ]
      const setup = setUpForm({ tokenSecret: 'secret', honeypotField: 'website' })
      const statuses: Record<string, number> = {}
      for (let i = 0; i < inputs; i++) {
        const form = forms[i % forms.length]!
        const body = mutate(Buffer.from(form.body), random)
        const fuzzed: WebhookRequest = { ...form, body }
        const { answer, events, outcome } = await takeWebhook(setup.channel, fuzzed)
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
        // 500 is for what nobody thought of.
        if (![202, 400, 413].includes(answer.status)) {
          expect.fail(`${answer.status} ${outcome} for ${JSON.stringify(body.toString('latin1'))}`)
        }
        for (const { messageId } of events) expect(messageId).toMatch(/^[0-9a-f]{64}$/)
        if (setup.producer.records.length > 1000) {
          setup.producer.records.length = 0
          setup.producer.calls.length = 0
        }
      }
      expect(Object.keys(statuses).toSorted()).toEqual(expect.arrayContaining(['202', '400']))
    },
  )
})
