import { isHeadwaterError, toError } from '@headwater/base'
import { ChannelError } from '../channel-error.ts'
import type { ClaimCheckRef, ClaimCheckStore } from './claim-check-store.ts'

/**
 * Puts bytes into a store, whatever it throws.
 *
 * @param again - what the sender can do: `submit the form again`
 * @throws ChannelError `CLAIM_CHECK_FAILED` (as a rejection), retriable unless the store says that it will never take them
 */
export async function keepBytes(
  store: ClaimCheckStore,
  bytes: Uint8Array,
  contentType: string,
  again: string,
): Promise<ClaimCheckRef> {
  try {
    return await store.put(bytes, { contentType })
  } catch (thrown) {
    const cause = toError(thrown)
    const message = `${bytes.byteLength} bytes could not be kept: ${cause.message}; ${again}`
    const retriable = !isHeadwaterError(cause) || cause.retriable
    throw new ChannelError('CLAIM_CHECK_FAILED', message, { cause, retriable })
  }
}
