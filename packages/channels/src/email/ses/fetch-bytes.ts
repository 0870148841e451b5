import type { Buffer } from 'node:buffer'
import { toError, type Clock } from '@headwater/base'
import { ChannelError } from '../../channel-error.ts'
import { connectionReason } from '../../connection-reason.ts'
import { readUpTo } from '../../read-up-to.ts'

/** `fetch`, or whatever does the same through a proxy. */
export type Fetch = (
  url: string,
  init: { readonly signal: AbortSignal; readonly redirect: 'error' },
) => Promise<Response>

interface FetchLimits {
  readonly clock: Clock
  readonly deadlineMs: number
  readonly maxBytes: number
}

/**
 * Gets what lies at an address. Redirects are errors: they would lead to an address that nobody checked.
 *
 * @throws ChannelError `PROVIDER_UNAVAILABLE` (as a rejection, retriable)
 */
export async function fetchBytes(
  fetch: Fetch,
  url: URL,
  { clock, deadlineMs, maxBytes }: FetchLimits,
): Promise<Buffer> {
  const controller = new AbortController()
  const late = Promise.withResolvers<never>()
  const timer = clock.schedule(deadlineMs, () => {
    const error = new Error(`no answer within ${deadlineMs} ms`)
    late.reject(error)
    controller.abort(error)
  })
  try {
    // Raced, for a fetch of somebody's own may not look at the signal.
    return await Promise.race([read(fetch, url, controller.signal, maxBytes), late.promise])
  } catch (thrown) {
    const cause = toError(thrown)
    const message = `${url.origin}${url.pathname} could not be had: ${connectionReason(cause)}`
    throw new ChannelError('PROVIDER_UNAVAILABLE', message, { cause, retriable: true })
  } finally {
    timer.cancel()
    controller.abort()
  }
}

async function read(fetch: Fetch, url: URL, signal: AbortSignal, maxBytes: number): Promise<Buffer> {
  const response = await fetch(url.href, { signal, redirect: 'error' })
  if (!response.ok) throw new Error(`status ${response.status}`)
  const { bytes, isWhole } = await readUpTo(response, maxBytes)
  if (!isWhole) throw new Error(`more than ${maxBytes} bytes`)
  return bytes
}
