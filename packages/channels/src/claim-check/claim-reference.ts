import { ChannelError } from '../channel-error.ts'
import { sha256Hex } from '../sha256-hex.ts'

/** The only form of reference: no path in it, so none can lead out of a folder or a bucket. */
const form = /^claim-check:([0-9a-f]{64})$/

/** The reference of bytes with this digest. Stores share the form, so that bytes may move from one to another. */
export function claimReference(sha256: string): string {
  return `claim-check:${sha256}`
}

/** The digest in a reference. @throws ChannelError `CLAIM_CHECK_INVALID` */
export function digestOf(uri: string): string {
  const sha256 = form.exec(uri)?.[1]
  if (sha256 !== undefined) return sha256
  throw new ChannelError('CLAIM_CHECK_INVALID', 'not a reference of this store: "claim-check:" and a SHA-256')
}

/** Nothing is behind a reference. */
export function notKept(uri: string, cause?: unknown): ChannelError {
  return new ChannelError('CLAIM_CHECK_NOT_FOUND', `nothing is kept as ${uri}`, { cause })
}

/** Bytes that still are what was put. @throws ChannelError `CLAIM_CHECK_CORRUPT` */
export function assertDigest(uri: string, sha256: string, bytes: Uint8Array): void {
  if (sha256Hex(bytes) === sha256) return
  throw new ChannelError('CLAIM_CHECK_CORRUPT', `what is kept as ${uri} has another digest`)
}
