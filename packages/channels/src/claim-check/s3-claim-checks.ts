import { sha256Hex } from '../sha256-hex.ts'
import type { ClaimCheckRef, ClaimCheckStore } from './claim-check-store.ts'
import { assertDigest, claimReference, digestOf, notKept } from './claim-reference.ts'
import { resolveS3Options, type S3ClaimChecksOptions } from './s3-options.ts'
import { askBucket } from './s3-request.ts'

/** Who writes a mail names the content types of its parts; one that no header can say would fail each time it comes. */
const sendable = /^[\x20-\x7e]{1,1024}$/

/**
 * A claim-check store in a bucket of Amazon S3, or of any server that speaks S3 (Signature Version 4). Objects are named
 * after their content, so putting the same bytes twice is harmless; `put` resolves when the store has answered that it
 * keeps them. References have the form of `fileClaimChecks`, so bytes can be moved between the two.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`; `put` and `get` reject with `CLAIM_CHECK_FAILED`.
 */
export function s3ClaimChecks(options: S3ClaimChecksOptions): ClaimCheckStore {
  const settings = resolveS3Options(options)
  const nameOf = (sha256: string): string => `${sha256.slice(0, 2)}/${sha256}`
  return {
    async put(bytes, { contentType }): Promise<ClaimCheckRef> {
      const sha256 = sha256Hex(bytes)
      const headers = {
        'content-type': sendable.test(contentType) ? contentType : 'application/octet-stream',
      }
      await askBucket({ method: 'PUT', name: nameOf(sha256), body: bytes, headers }, settings)
      return { uri: claimReference(sha256), sha256, size: bytes.byteLength }
    },
    async get(uri): Promise<Uint8Array> {
      const sha256 = digestOf(uri)
      const answer = await askBucket({ method: 'GET', name: nameOf(sha256) }, settings)
      if (answer.kind === 'missing') throw notKept(uri, new Error(answer.reason))
      assertDigest(uri, sha256, answer.bytes)
      return answer.bytes
    },
  }
}
