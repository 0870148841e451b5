import { RegistryError } from './registry-error.ts'

/** More than any gateway needs; what redirects on is a circle. */
const maxRedirects = 5
const redirecting: ReadonlySet<number> = new Set([301, 302, 307, 308])

/** A request of which nothing changes on its way. */
export interface SteadyRequest {
  readonly fetch: typeof globalThis.fetch
  /** Base URL of the server. */
  readonly base: string
  /** From there on. */
  readonly path: string
  readonly init: RequestInit & { readonly method: 'GET' | 'POST' }
}

/**
 * Sends a request, and once more as it was wherever the same server redirects it to. Left alone, `fetch` makes a GET of a
 * POST (as RFC 9110 §15.4 lets it), and an answer to another question comes back. Another server gets nothing: neither
 * credentials nor schemas are meant for it, and whether it is to be trusted is for whoever sets the option `url` to say.
 *
 * @throws RegistryError `REGISTRY_BAD_ANSWER` with the address to set.
 */
export async function followRedirects({ fetch, base, path, init }: SteadyRequest): Promise<Response> {
  const from = `${init.method} ${base}${path}`
  const { origin } = new URL(base)
  let address = base + path
  for (let followed = 0; followed <= maxRedirects; followed++) {
    const response = await fetch(address, { ...init, redirect: 'manual' })
    const location = redirecting.has(response.status) ? response.headers.get('location') : null
    const target = location === null ? null : URL.parse(location, address)
    if (target === null) return response
    // Its page is of no use, and would keep the connection from the next request.
    await response.body?.cancel()
    if (target.origin !== origin) throw elsewhere(from, path, target, response.status)
    address = target.href
  }
  throw new RegistryError('REGISTRY_BAD_ANSWER', `${from} is redirected more than ${maxRedirects} times`)
}

/** Credentials and queries of a redirect are not shown: one to a login page has secrets in it. */
function elsewhere(from: string, path: string, { origin, pathname }: URL, status: number): RegistryError {
  const asked = path.replace(/\?.*$/, '')
  const whole = pathname.replace(/\/$/, '')
  const base = whole.endsWith(asked) ? whole.slice(0, -asked.length) : undefined
  const advice =
    base === undefined ? 'is this address a schema registry?' : `set the option url to ${origin}${base}`
  const message = `${from} is redirected to another server, ${origin}${pathname}, which gets neither schemas nor credentials: ${advice}`
  return new RegistryError('REGISTRY_BAD_ANSWER', message, { status })
}
