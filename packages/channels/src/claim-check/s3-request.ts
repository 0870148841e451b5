import { setTimeout as delay } from 'node:timers/promises'
import { toError } from '@headwater/base'
import { AwsV4Signer } from 'aws4fetch'
import { ChannelError } from '../channel-error.ts'
import { connectionReason } from '../connection-reason.ts'
import { readUpTo } from '../read-up-to.ts'
import { sha256Hex } from '../sha256-hex.ts'
import type { S3Settings } from './s3-options.ts'

/** One request to a bucket. */
export interface S3Request {
  readonly method: 'PUT' | 'GET'
  /** Name of the object. */
  readonly name: string
  readonly body?: Uint8Array | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What a bucket says: the bytes of an object, or that there is none. */
export type S3Answer =
  | { readonly kind: 'done'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing'; readonly reason: string }

/** How much of a refusal is read: it is a line of XML, or a proxy's page. */
const maxRefusalBytes = 16_384
/** Waits never grow above this. */
const maxBackoffMs = 5_000

const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500

/**
 * Asks a bucket, signed with AWS Signature Version 4, and asks again after faults that pass, until the deadline. Both
 * methods may be repeated: an object is named after its content.
 *
 * @throws ChannelError `CLAIM_CHECK_FAILED`, retriable when the fault passes by itself.
 */
export async function askBucket(request: S3Request, settings: S3Settings): Promise<S3Answer> {
  const deadline = AbortSignal.timeout(settings.timeoutMs)
  for (let attempt = 0; ; attempt++) {
    const answer = await askOnce(request, settings, deadline)
    if (answer.kind !== 'passing') return answer
    if (attempt >= settings.retries || deadline.aborted) throw answer.error
    const longest = Math.min(maxBackoffMs, settings.retryBackoffMs * 2 ** attempt)
    await delay(longest * (0.5 + Math.random() / 2), undefined, { signal: deadline }).catch(() => {
      // The deadline ended the wait: what went wrong is the last answer.
      throw answer.error
    })
  }
}

type Attempt = S3Answer | { readonly kind: 'passing'; readonly error: ChannelError }

async function askOnce(request: S3Request, settings: S3Settings, deadline: AbortSignal): Promise<Attempt> {
  try {
    const response = await settings.fetch(settings.base + settings.prefix + request.name, {
      ...(await sign(request, settings)),
      signal: deadline,
      redirect: 'manual',
    })
    if (response.ok) return { kind: 'done', bytes: await readObject(response, settings.maxBytes) }
    const { bytes: refusal } = await readUpTo(response, maxRefusalBytes)
    const text = refusal.toString('utf8', 0, maxRefusalBytes)
    const code = /<Code>(\w{1,100})<\/Code>/.exec(text)?.[1] ?? 'no code'
    const { status } = response
    // A bucket that is missing answers 404 too, and is no missing object.
    if (request.method === 'GET' && status === 404 && code !== 'NoSuchBucket') {
      return { kind: 'missing', reason: code }
    }
    const error = failed(request, `the object store answered ${status} (${code})`, isPassing(status))
    if (error.retriable) return { kind: 'passing', error }
    throw error
  } catch (thrown) {
    if (thrown instanceof ChannelError) throw thrown
    const cause = toError(thrown)
    const reason = deadline.aborted ? `no answer within ${settings.timeoutMs} ms` : connectionReason(cause)
    return { kind: 'passing', error: failed(request, `the object store: ${reason}`, true, cause) }
  }
}

async function sign(
  { method, name, body, headers }: S3Request,
  { base, prefix, region, credentials }: S3Settings,
): Promise<RequestInit> {
  const keys = typeof credentials === 'function' ? await credentials() : credentials
  const { accessKeyId, secretAccessKey, sessionToken } = keys
  const digest = sha256Hex(body ?? new Uint8Array())
  const signer = new AwsV4Signer({
    method,
    url: base + prefix + name,
    // The server holds what arrives to this digest, so bytes that change on the way are refused.
    headers: { ...headers, 'x-amz-content-sha256': digest },
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: 's3',
    region,
  })
  const { headers: signed } = await signer.sign()
  return { method, headers: signed, ...(body === undefined ? {} : { body: Buffer.from(body) }) }
}

/** A body, and an error instead of more than it may have. */
async function readObject(response: Response, maxBytes: number): Promise<Uint8Array> {
  const { bytes, isWhole } = await readUpTo(response, maxBytes)
  if (isWhole) return bytes
  throw new ChannelError('CLAIM_CHECK_FAILED', `the object store sent more than ${maxBytes} bytes`)
}

function failed({ method }: S3Request, what: string, retriable: boolean, cause?: Error): ChannelError {
  const advice = retriable ? 'try again later' : 'check endpoint, bucket, region and credentials'
  return new ChannelError('CLAIM_CHECK_FAILED', `${method}: ${what}; ${advice}`, { cause, retriable })
}
