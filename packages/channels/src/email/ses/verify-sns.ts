import { Buffer } from 'node:buffer'
import { createVerify } from 'node:crypto'
import type { Verification } from '../../webhook/webhook-channel.ts'
import type { SnsCertificates } from './sns-certificates.ts'
import type { SnsMessage } from './sns-message.ts'
import { toSnsUrl } from './sns-url.ts'

/** What a message of SNS is checked against. */
interface SnsCheck {
  readonly topicArns: readonly string[]
  readonly acceptSha1: boolean
  readonly certificates: SnsCertificates
}

/** By `SignatureVersion`. */
const algorithms: Readonly<Record<string, string>> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' }

/**
 * Checks a message of SNS: that its topic is one of ours, and that SNS signed it. Anybody can have a topic whose
 * messages SNS signs, so neither check is worth anything without the other.
 *
 * @throws ChannelError `PROVIDER_UNAVAILABLE` (as a rejection, retriable): the certificate could not be had
 */
export async function verifySns(
  message: SnsMessage,
  { topicArns, acceptSha1, certificates }: SnsCheck,
): Promise<Verification> {
  if (!topicArns.includes(message.topicArn)) return { ok: false, reason: 'of another topic' }
  const version = message.signatureVersion
  const algorithm = Object.hasOwn(algorithms, version) ? algorithms[version] : undefined
  if (algorithm === undefined) return { ok: false, reason: 'no signature of a known version' }
  if (version === '1' && !acceptSha1) return { ok: false, reason: 'a signature with SHA-1' }
  const url = toSnsUrl(message.signingCertUrl)
  if (url === undefined || !isCertificateUrl(url)) {
    return { ok: false, reason: 'the certificate is not one of SNS' }
  }
  const certificate = await certificates(url)
  if (!certificate.ok) return { ok: false, reason: `the certificate is ${certificate.reason}` }
  const signature = Buffer.from(message.signature, 'base64')
  return createVerify(algorithm).update(message.stringToSign, 'utf8').verify(certificate.key, signature)
    ? { ok: true }
    : { ok: false, reason: 'the signature does not hold' }
}

/** One file, under one spelling: what differs in a fragment alone would be fetched, and remembered, each time anew. */
function isCertificateUrl({ href, origin, pathname }: URL): boolean {
  return /^\/[\w.-]+\.pem$/.test(pathname) && href === origin + pathname
}
