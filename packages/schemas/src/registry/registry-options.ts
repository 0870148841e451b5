import { silentLogger, systemClock, type Clock, type Logger } from '@headwater/base'
import { isToken } from './authorization.ts'
import { RegistryError } from './registry-error.ts'
import type { RegistryHooks } from './registry-hooks.ts'

/** How {@link createRegistry} reaches a schema registry. */
export interface RegistryOptions {
  /**
   * Base URL, with a path where the registry has one (`http://host:8081/apis/ccompat/v7`) but no query. Credentials in it
   * are taken as `auth`. Several URLs are servers of one registry: calls stay with one until it fails, then go to the
   * next in order. Confluent: `schema.registry.url`.
   */
  readonly url: string | readonly string[]
  /** Basic authentication, or a bearer token, given or made for each request. Default: what the URLs say. */
  readonly auth?: RegistryAuth | undefined
  /**
   * Milliseconds for one call of this client, with all its requests, attempts and waits: a schema and everything that it
   * refers to is one call.
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
   * How often a call is repeated after a network fault, 408, 429 or 5xx; a server that the call has not asked yet does
   * not count. Registering is among what is repeated: the same schema gets the same id.
   *
   * @defaultValue 4
   */
  readonly retries?: number | undefined
  /**
   * Milliseconds that a server is left alone after a failure; doubles with each further one, with jitter.
   *
   * @defaultValue 100
   */
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
  /** See each request; in order, where there are several. Default: none. */
  readonly hooks?: RegistryHooks | readonly RegistryHooks[] | undefined
  /** Hears of repetitions. Default: says nothing. */
  readonly logger?: Logger | undefined
  /** Default: the computer's own. */
  readonly clock?: Clock | undefined
}

/** How to authenticate with a registry. */
export type RegistryAuth =
  | { readonly username: string; readonly password: string }
  | {
      /**
       * A function is asked for each request, so it should cache. After a 401 it is asked once more, with `refused` true:
       * the token that it gave is not good (any more). Calls that were refused together ask together.
       */
      readonly token: string | ((request: { readonly refused: boolean }) => string | Promise<string>)
    }

/** One of a registry's URLs, with what it wants to see. */
export interface RegistryServer {
  /** Without credentials, and without a slash at its end. */
  readonly url: string
  readonly auth: RegistryAuth | undefined
}

/** {@link RegistryOptions} with nothing left open. */
export type ResolvedRegistryOptions = {
  readonly [Name in Exclude<keyof RegistryOptions, 'auth' | 'url' | 'hooks'>]-?: NonNullable<
    RegistryOptions[Name]
  >
} & {
  /** In order; one at least. */
  readonly servers: readonly [RegistryServer, ...RegistryServer[]]
  readonly hooks: readonly RegistryHooks[]
}

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
  const numbers = Object.fromEntries(
    Object.entries(defaults).map(([name, fallback]) => {
      const value = options[name as keyof typeof defaults] ?? fallback
      const least = lowest[name as keyof typeof defaults]
      if (Number.isFinite(value) && value >= least) return [name, value]
      throw invalid(`${name} is ${value}, it must be a number of at least ${least}`)
    }),
  ) as Record<keyof typeof defaults, number>
  const { hooks = [] } = options
  return {
    ...numbers,
    servers: resolveServers(options),
    fetch: options.fetch ?? globalThis.fetch,
    hooks: Array.isArray(hooks) ? (hooks as readonly RegistryHooks[]) : [hooks as RegistryHooks],
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
  }
}

function resolveServers({ url, auth }: RegistryOptions): ResolvedRegistryOptions['servers'] {
  if (auth !== undefined) assertAuth(auth)
  const urls: readonly unknown[] = Array.isArray(url) ? url : [url]
  const [first, ...others] = urls.map((one) => resolveServer(one, auth))
  if (first === undefined) throw invalid('url has no address in it, it must have at least one')
  const all = [first, ...others] as const
  const twice = all.find((server, at) => all.findIndex((other) => other.url === server.url) < at)
  if (twice !== undefined) throw invalid(`url names ${twice.url} twice`)
  return all
}

/** Credentials leave the URL, so that no message ever shows them. */
function resolveServer(url: unknown, auth: RegistryAuth | undefined): RegistryServer {
  const parsed = typeof url === 'string' ? URL.parse(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw invalid('url is not an http or https address, such as http://localhost:8081')
  }
  // Paths are put behind the address: what is meant for each request would be lost without a word.
  if (parsed.search !== '' || parsed.hash !== '')
    throw invalid('url has a query or a fragment, which no request would carry: a key belongs into auth')
  const { username, password } = parsed
  const own =
    username === '' && password === ''
      ? undefined
      : { username: decode(username), password: decode(password) }
  if (own !== undefined) assertAuth(own)
  parsed.username = ''
  parsed.password = ''
  return { url: parsed.href.replace(/\/+$/, ''), auth: auth ?? own }
}

/** A per cent sign that nobody escaped is one. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What comes from the environment may be undefined, whatever its type says. */
function assertAuth(auth: RegistryAuth): void {
  if ('token' in auth) {
    const { token } = auth as { readonly token: unknown }
    if (typeof token === 'function' || (typeof token === 'string' && isToken(token))) return
    throw invalid('auth has a token that is not one line of visible ASCII')
  }
  const { username, password } = auth as { readonly username: unknown; readonly password: unknown }
  if (typeof username !== 'string' || typeof password !== 'string')
    throw invalid('auth has no username and password, and no token')
  // RFC 7617 §2: what comes after the first colon would be taken for the password.
  if (username.includes(':')) throw invalid('auth has a username with a colon, which no server can tell')
}

function invalid(what: string): RegistryError {
  return new RegistryError('REGISTRY_OPTIONS_INVALID', `The registry option ${what}`)
}
