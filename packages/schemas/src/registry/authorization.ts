import { RegistryError } from './registry-error.ts'
import type { RegistryAuth } from './registry-options.ts'

type TokenFunction = (request: { readonly refused: boolean }) => string | Promise<string>

/** What a request is let in with. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>
  /** How many tokens had been asked for anew when this one was asked for. */
  readonly renewals: number
}

/**
 * Makes the headers that requests are let in with. Calls that were refused with one token ask for the next one together:
 * a hundred of them must not become a hundred logins.
 */
export class Authorizer {
  #renewals = 0
  #renewed: Promise<string> | undefined

  /**
   * @param refused - what the registry did not let in, for another token
   * @throws RegistryError `REGISTRY_TOKEN_FAILED`. No token is ever part of a message: what fetch says of a header that
   *   it cannot send quotes it.
   */
  async authorize(
    auth: RegistryAuth | undefined,
    refused: Authorization | undefined,
    signal: AbortSignal,
  ): Promise<Authorization> {
    const renewals = this.#renewals
    if (auth === undefined) return { headers: {}, renewals }
    if (!('token' in auth)) {
      const pair = Buffer.from(`${auth.username}:${auth.password}`).toString('base64')
      return { headers: { authorization: `Basic ${pair}` }, renewals }
    }
    if (refused === undefined || typeof auth.token === 'string')
      return { headers: bearer(await toToken(auth.token, false)), renewals }
    const token = await this.#renew(auth.token, refused, signal)
    return { headers: bearer(token), renewals: this.#renewals }
  }

  #renew(ask: TokenFunction, refused: Authorization, signal: AbortSignal): Promise<string> {
    // One that was asked for since then is younger than what was refused.
    if (this.#renewed !== undefined && refused.renewals < this.#renewals) return this.#renewed
    this.#renewals++
    const renewed = toToken(ask, true)
    const forget = (): void => {
      if (this.#renewed === renewed) this.#renewed = undefined
    }
    // Neither an error nor a silence is for those who come later.
    renewed.catch(forget)
    signal.addEventListener('abort', forget, { once: true })
    this.#renewed = renewed
    return renewed
  }
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

async function toToken(token: string | TokenFunction, refused: boolean): Promise<string> {
  const given: unknown = typeof token === 'string' ? token : await askFor(token, refused)
  if (typeof given === 'string' && isToken(given)) return given
  const message = 'The token for the schema registry is not one line of visible ASCII'
  throw new RegistryError('REGISTRY_TOKEN_FAILED', message)
}

async function askFor(token: TokenFunction, refused: boolean): Promise<unknown> {
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
