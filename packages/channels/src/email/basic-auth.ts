import { Buffer } from 'node:buffer'
import { ChannelError } from '../channel-error.ts'
import type { Verification } from '../webhook/webhook-channel.ts'
import { headerOf, type WebhookHeaders } from '../webhook/webhook-request.ts'
import { secretEqual } from '../secret-equal.ts'

/** A user name and a password, as in `https://user:password@host/`. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/**
 * Makes a check of HTTP basic authentication (RFC 7617) against some credentials: several while they are being changed.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION` for none, or an empty password
 */
export function basicAuth(credentials: readonly Credentials[]): (headers: WebhookHeaders) => Verification {
  if (credentials.length === 0 || credentials.some(({ password }) => password === '')) {
    throw new ChannelError('INVALID_CHANNEL_OPTION', 'credentials is empty, or holds an empty password')
  }
  const secrets = credentials.map(({ username, password }) => `${username}:${password}`)
  return (headers) => {
    const encoded = /^basic +([A-Za-z0-9+/]+=*)\s*$/i.exec(headerOf(headers, 'authorization') ?? '')?.[1]
    if (encoded === undefined) return { ok: false, reason: 'no basic authentication' }
    const given = Buffer.from(encoded, 'base64').toString('utf8')
    // All of them, so that the time does not tell which one was nearest.
    const matches = secrets.map((secret) => secretEqual(given, secret))
    return matches.includes(true) ? { ok: true } : { ok: false, reason: 'other credentials' }
  }
}
