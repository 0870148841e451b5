import { describe, expect, it } from 'vitest'
import { createFormToken } from '../src/index.ts'
import { setUp as setUpEmail } from './email-setup.ts'
import { setUpForm } from './web-form-setup.ts'
import { setUp as setUpWhatsApp } from './whatsapp-setup.ts'

// With a variable that was there and empty, digests of addresses had a key that everybody has, and so had tokens.
describe('assertHmacSecrets', () => {
  it.each([
    ['keyHmacSecret of mails', () => setUpEmail({ keyHmacSecret: '' })],
    ['keyHmacSecret of WhatsApp', () => setUpWhatsApp({ keyHmacSecret: new Uint8Array() })],
    ['keyHmacSecret of forms', () => setUpForm({ keyHmacSecret: ' ' })],
    ['addressHmacSecret', () => setUpForm({ addressHmacSecret: '' })],
    ['tokenSecret', () => setUpForm({ tokenSecret: '' })],
    ['secret of a token', () => createFormToken({ secret: '', formType: 'contact' })],
  ])('refuses an empty %s', (name, make) => {
    const [option] = name.split(' ')
    const message = `${option} is empty: give it a secret, or leave it out`
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION', message }))
  })
})
