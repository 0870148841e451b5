import type { X509Certificate } from 'node:crypto'
import type { Clock } from '@headwater/base'
import { ChannelError } from '../../channel-error.ts'
import { fetchBytes, type Fetch } from './fetch-bytes.ts'
import { readSnsCertificate, type SnsCertificate } from './sns-certificate.ts'

/** Gets certificates, each one once in a while. */
export type SnsCertificates = (url: URL) => Promise<SnsCertificate>

interface SnsCertificatesOptions {
  readonly fetch: Fetch
  readonly clock: Clock
  readonly deadlineMs: number
  readonly trustedIssuers: readonly X509Certificate[] | undefined
}

/** SNS has a handful of certificates in a year, one or two at a time. */
const maxKept = 16
const keepMs = 86_400_000
/** What is no certificate, or a false one, is not asked for again at every request of whoever sent it. */
const keepFalseMs = 60_000
/** Whoever posts messages of their own making must not make us fetch without end. */
const maxFetching = 4
const maxBytes = 65_536

/**
 * Makes the function that gets the certificate behind an address; the address must have been checked.
 *
 * @throws ChannelError `PROVIDER_UNAVAILABLE` (the function, as a rejection, retriable)
 */
export function createSnsCertificates(options: SnsCertificatesOptions): SnsCertificates {
  const { fetch, clock, deadlineMs, trustedIssuers } = options
  const kept = new Map<string, { readonly certificate: SnsCertificate; readonly untilMs: number }>()
  const fetching = new Map<string, Promise<SnsCertificate>>()

  async function load(url: URL): Promise<SnsCertificate> {
    const pem = await fetchBytes(fetch, url, { clock, deadlineMs, maxBytes })
    const nowMs = clock.now()
    const certificate = readSnsCertificate(pem.toString('latin1'), { nowMs, trustedIssuers })
    const untilMs = certificate.ok ? Math.min(nowMs + keepMs, certificate.validUntilMs) : nowMs + keepFalseMs
    if (kept.size >= maxKept) kept.delete([...kept.keys()][0] ?? '')
    kept.set(url.href, { certificate, untilMs })
    return certificate
  }

  return async (url) => {
    const known = kept.get(url.href)
    if (known !== undefined && clock.now() <= known.untilMs) return known.certificate
    kept.delete(url.href)
    const running = fetching.get(url.href)
    if (running !== undefined) return await running
    if (fetching.size >= maxFetching) {
      const message = `${fetching.size} certificates are being fetched already`
      throw new ChannelError('PROVIDER_UNAVAILABLE', message, { retriable: true })
    }
    const loading = load(url).finally(() => fetching.delete(url.href))
    fetching.set(url.href, loading)
    return await loading
  }
}
