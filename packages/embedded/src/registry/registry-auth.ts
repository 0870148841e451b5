import { failures } from './registry-failure.ts'

/** What every request must bring: a user name and password, or a bearer token. */
export type RegistryServerAuth =
  | { readonly username: string; readonly password: string }
  | { readonly token: string }

/** Throws 401 for a request whose `authorization` header is another one. */
export function assertAuthorized(header: string | undefined, auth: RegistryServerAuth | undefined): void {
  if (auth !== undefined && header !== toHeader(auth)) throw failures.unauthorized()
}

function toHeader(auth: RegistryServerAuth): string {
  if ('token' in auth) return `Bearer ${auth.token}`
  return `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`
}
