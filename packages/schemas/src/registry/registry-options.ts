import { silentLogger, systemClock, type Clock, type Logger } from '@headwater/base'
import { RegistryError } from './registry-error.ts'

/** How {@link createRegistry} reaches a schema registry. */
export interface RegistryOptions {
  /**
   * Base URL, with a path where the registry has one (`http://host:8081/apis/ccompat/v7`). Credentials in it are taken
   * as `auth`. Confluent: `schema.registry.url`.
   */
  readonly url: string
  /** Basic authentication, or a bearer token, given or made for each request. Default: none. */
  readonly auth?: RegistryAuth | undefined
  /**
   * Milliseconds for one call with all its attempts and waits.
   *
   * @defaultValue 10000
   */
  readonly timeoutMs?: number | undefined
  /**
   * Milliseconds for one attempt, so that one lost answer does not use up the whole call.
   *
   * @defaultValue 5000
   */
  readonly attemptTimeoutMs?: number | undefined
  /**
   * How often a call is repeated after a network fault, 408, 429 or 5xx. Registering is among them: the same schema
   * gets the same id.
   *
   * @defaultValue 4
   */
  readonly retries?: number | undefined
  /** Milliseconds before the first repetition; doubles from there, with jitter. @defaultValue 100 */
  readonly retryBackoffMs?: number | undefined
  /** Milliseconds above which the wait does not grow; a server's `Retry-After` may. @defaultValue 2000 */
  readonly retryBackoffMaxMs?: number | undefined
  /** Milliseconds for which "the latest version" is remembered. @defaultValue 60000 */
  readonly latestTtlMs?: number | undefined
  /** Milliseconds for which an id stays unknown, so that foreign records do not become requests. @defaultValue 5000 */
  readonly unknownIdTtlMs?: number | undefined
  /** How many schemas are remembered, by id and by text. @defaultValue 1000 */
  readonly maxCachedSchemas?: number | undefined
  /** Replaces `fetch`, for a proxy, mutual TLS or an agent of one's own. Default: Node's. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Hears of repetitions. Default: says nothing. */
  readonly logger?: Logger | undefined
  /** Default: the computer's own. */
  readonly clock?: Clock | undefined
}

/** How to authenticate with a registry. */
export type RegistryAuth =
  | { readonly username: string; readonly password: string }
  | { readonly token: string | (() => string | Promise<string>) }

/** {@link RegistryOptions} with nothing left open. */
export type ResolvedRegistryOptions = {
  readonly [Name in Exclude<keyof RegistryOptions, 'auth'>]-?: NonNullable<RegistryOptions[Name]>
} & { readonly auth: RegistryAuth | undefined }

const defaults = {
  timeoutMs: 10_000,
  attemptTimeoutMs: 5_000,
  retries: 4,
  retryBackoffMs: 100,
  retryBackoffMaxMs: 2_000,
  latestTtlMs: 60_000,
  unknownIdTtlMs: 5_000,
  maxCachedSchemas: 1_000,
} as const satisfies Partial<RegistryOptions>

// Lowest values that make sense; without one attempt and one remembered schema nothing works.
const lowest: Readonly<Record<keyof typeof defaults, number>> = {
  timeoutMs: 1,
  attemptTimeoutMs: 1,
  retries: 0,
  retryBackoffMs: 0,
  retryBackoffMaxMs: 0,
  latestTtlMs: 0,
  unknownIdTtlMs: 0,
  maxCachedSchemas: 1,
}

/** Fills in the defaults. Throws REGISTRY_OPTIONS_INVALID for what cannot work. */
export function resolveRegistryOptions(options: RegistryOptions): ResolvedRegistryOptions {
  const { url, auth } = resolveUrl(options)
  const numbers = Object.fromEntries(
    Object.entries(defaults).map(([name, fallback]) => {
      const value = options[name as keyof typeof defaults] ?? fallback
      const least = lowest[name as keyof typeof defaults]
      if (Number.isFinite(value) && value >= least) return [name, value]
      const message = `The registry option ${name} is ${value}, it must be a number of at least ${least}`
      throw new RegistryError('REGISTRY_OPTIONS_INVALID', message)
    }),
  ) as Record<keyof typeof defaults, number>
  return {
    ...numbers,
    url,
    auth,
    fetch: options.fetch ?? globalThis.fetch,
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
  }
}

/** Credentials leave the URL, so that no message ever shows them. */
function resolveUrl(options: RegistryOptions): { url: string; auth: RegistryAuth | undefined } {
  const parsed = URL.parse(options.url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    const message = 'The registry option url is not an http or https address, such as http://localhost:8081'
    throw new RegistryError('REGISTRY_OPTIONS_INVALID', message)
  }
  const auth: RegistryAuth | undefined =
    options.auth ??
    (parsed.username === ''
      ? undefined
      : { username: decodeURIComponent(parsed.username), password: decodeURIComponent(parsed.password) })
  parsed.username = ''
  parsed.password = ''
  parsed.search = ''
  parsed.hash = ''
  return { url: parsed.href.replace(/\/+$/, ''), auth }
}
