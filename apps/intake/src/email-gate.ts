import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Config } from '@headwater/config'

/** Whether a request may post a raw mail; `undefined`: nobody may, and there is no such route. */
export type EmailGate = ((headers: IncomingHttpHeaders) => boolean) | undefined

const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/

/**
 * Raw mails carry no proof of who sends them, so whoever posts them shows one of `EMAIL_API_KEYS`, as a bearer token or
 * in `x-api-key`. Without keys only this computer may: an intake that listens to others takes no raw mails then.
 */
export function createEmailGate({ intake, channels }: Pick<Config, 'intake' | 'channels'>): EmailGate {
  const { emailApiKeys } = channels
  if (emailApiKeys === undefined) return loopback.test(intake.host) ? () => true : undefined
  const digests = emailApiKeys.map(digestOf)
  return ({ authorization = '', 'x-api-key': apiKey }) => {
    const bearer = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
    const given = bearer ?? (typeof apiKey === 'string' ? apiKey : undefined)
    if (given === undefined) return false
    const digest = digestOf(given)
    // All of them, so that the time tells nothing of which one it was.
    return digests.filter((each) => timingSafeEqual(each, digest)).length > 0
  }
}

function digestOf(key: string): Buffer {
  return hash('sha256', key, 'buffer')
}
