import type { RegistryDialect } from './answer-dialect.ts'
import { failures } from './registry-failure.ts'
import type { RegistryStore } from './registry-store.ts'

/** What a handler gets to see of a request. */
export interface RegistryRequest {
  readonly store: RegistryStore
  /** Decoded path segments by the names in the route. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The JSON body; empty for a request without one. */
  readonly body: Readonly<Record<string, unknown>>
  /** The code in the body of a 409. */
  readonly incompatibleErrorCode: number
  readonly dialect: RegistryDialect
}

/** Answers a request with a body to be written as JSON, or throws a `RegistryFailure`. */
export type RegistryHandler = (request: RegistryRequest) => unknown

/** A path parameter of the route; a route without it is a mistake in the table. */
export function param(request: RegistryRequest, name: string): string {
  const value = request.params[name]
  if (value === undefined) throw new Error(`the route has no parameter :${name}`)
  return value
}

/** A query flag; absent is `false`. */
export function flag(request: RegistryRequest, name: string): boolean {
  return request.query.get(name)?.toLowerCase() === 'true'
}

/** A schema id from the path. Anything but a number is no route of the registry. */
export function idParam(request: RegistryRequest): number {
  const id = param(request, 'id')
  if (!/^\d+$/.test(id)) throw failures.notFound()
  return Number(id)
}

/** A version from the path: a number from 1, or `latest` (also written `-1`) for which it gives that word. */
export function versionParam(request: RegistryRequest): number | 'latest' {
  const text = param(request, 'version').trim()
  if (text.toLowerCase() === 'latest' || text === '-1') return 'latest'
  const version = /^\+?\d+$/.test(text) ? Number(text) : 0
  if (version < 1 || version > 2 ** 31 - 1) throw failures.invalidVersion(param(request, 'version'))
  return version
}
