import { RegistryError } from './registry-error.ts'
import type { RegistryAuth } from './registry-options.ts'

/**
 * The header that a request is let in with. A token function is told when its last token was refused.
 *
 * @throws RegistryError `REGISTRY_TOKEN_FAILED`. No token is ever part of a message: what fetch says of a header that it
 * cannot send quotes it.
 */
export async function toAuthorization(
  auth: RegistryAuth | undefined,
  refused: boolean,
): Promise<Record<string, string>> {
  if (auth === undefined) return {}
  if ('token' in auth) return { authorization: `Bearer ${await toToken(auth.token, refused)}` }
  return { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}` }
}

async function toToken(
  token: Extract<RegistryAuth, { readonly token: unknown }>['token'],
  refused: boolean,
): Promise<string> {
  const given: unknown = typeof token === 'string' ? token : await askFor(token, refused)
  if (typeof given === 'string' && isToken(given)) return given
  const message = 'The token for the schema registry is not one line of visible ASCII'
  throw new RegistryError('REGISTRY_TOKEN_FAILED', message)
}

async function askFor(
  token: (request: { readonly refused: boolean }) => string | Promise<string>,
  refused: boolean,
): Promise<unknown> {
  try {
    return await token({ refused })
  } catch (error) {
    const message = 'The token function of the option auth threw (see the cause); the call may be repeated'
    throw new RegistryError('REGISTRY_TOKEN_FAILED', message, { cause: error })
  }
}

/** What a header can carry. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}
