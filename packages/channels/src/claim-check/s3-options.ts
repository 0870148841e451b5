import { ChannelError } from '../channel-error.ts'

/** What signs requests to an object store. */
export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary credentials. Default: none. */
  readonly sessionToken?: string | undefined
}

/** How `s3ClaimChecks` reaches its bucket. */
export interface S3ClaimChecksOptions {
  /** Base URL: `https://s3.eu-central-1.amazonaws.com`, or that of a server which speaks S3. */
  readonly endpoint: string
  /** Must exist. */
  readonly bucket: string
  /** The region that requests are signed for. @defaultValue `'us-east-1'`, which most servers other than Amazon's take */
  readonly region?: string | undefined
  /** Asked before each request when it is a function, so that credentials may rotate. */
  readonly credentials: S3Credentials | (() => S3Credentials | Promise<S3Credentials>)
  /** What the names of all objects begin with, such as `claims/`. @defaultValue `''` */
  readonly prefix?: string | undefined
  /** `'path'`: `<endpoint>/<bucket>/<name>`; `'host'`: `<bucket>.<endpoint>/<name>`. @defaultValue `'path'` */
  readonly addressing?: 'path' | 'host' | undefined
  /** Milliseconds for one `put` or `get` with all its attempts. @defaultValue 30000 */
  readonly timeoutMs?: number | undefined
  /** How often a request is repeated after a network fault, 408, 429 or 5xx. @defaultValue 3 */
  readonly retries?: number | undefined
  /** Milliseconds before the first repetition; doubles from there, with jitter. @defaultValue 100 */
  readonly retryBackoffMs?: number | undefined
  /** Bytes of the largest object that `get` reads. @defaultValue 67108864 */
  readonly maxBytes?: number | undefined
  /** Replaces `fetch`, for a proxy or an agent of one's own. Default: Node's. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** The options with their defaults. */
export type S3Settings = {
  readonly [Name in Exclude<keyof S3ClaimChecksOptions, 'endpoint' | 'bucket' | 'addressing'>]-?: NonNullable<
    S3ClaimChecksOptions[Name]
  >
} & {
  /** Where objects are; ends with `/`. The prefix is as URLs have it, too. */
  readonly base: string
}

const defaults = { timeoutMs: 30_000, retries: 3, retryBackoffMs: 100, maxBytes: 67_108_864 } as const
const lowest: Readonly<Record<keyof typeof defaults, number>> = {
  timeoutMs: 1,
  retries: 0,
  retryBackoffMs: 0,
  maxBytes: 0,
}

/** Names of buckets as Amazon allows them, and upper case for older ones. */
const bucketName = /^[\w.-]{3,63}$/

/** Fills in the defaults. @throws ChannelError `INVALID_CHANNEL_OPTION` */
export function resolveS3Options(options: S3ClaimChecksOptions): S3Settings {
  const endpoint = URL.parse(options.endpoint)
  if (endpoint === null || !/^https?:$/.test(endpoint.protocol) || endpoint.username !== '') {
    throw invalid('endpoint is not an http or https address without credentials in it')
  }
  if (!bucketName.test(options.bucket)) throw invalid('bucket is not the name of a bucket')
  const numbers = Object.fromEntries(
    Object.entries(defaults).map(([name, fallback]) => {
      const value = options[name as keyof typeof defaults] ?? fallback
      const least = lowest[name as keyof typeof defaults]
      if (!Number.isInteger(value) || value < least) {
        throw invalid(`${name} is not an integer of ${least} or more`)
      }
      return [name, value]
    }),
  ) as Record<keyof typeof defaults, number>
  const { region = 'us-east-1', prefix = '', credentials, fetch = globalThis.fetch } = options
  return {
    ...numbers,
    region,
    prefix: encodePrefix(prefix),
    credentials,
    fetch,
    base: baseOf(endpoint, options.bucket, options.addressing),
  }
}

function baseOf(endpoint: URL, bucket: string, addressing: 'path' | 'host' = 'path'): string {
  const path = endpoint.pathname.replace(/\/*$/, '/')
  return addressing === 'path'
    ? `${endpoint.origin}${path}${bucket}/`
    : `${endpoint.protocol}//${bucket}.${endpoint.host}${path}`
}

/** As part of a URL, where `#` and `?` would end the name, and `..` lead into another bucket. */
function encodePrefix(prefix: string): string {
  const parts = prefix.split('/')
  if (!prefix.isWellFormed() || parts.includes('.') || parts.includes('..')) {
    throw invalid('prefix is no text, or has a part that is . or ..')
  }
  return parts.map((each) => encodeURIComponent(each)).join('/')
}

function invalid(problem: string): ChannelError {
  return new ChannelError('INVALID_CHANNEL_OPTION', `s3ClaimChecks: ${problem}`)
}
