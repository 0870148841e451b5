import type { ConfigSource } from '@headwater/config'
import {
  createRegistry,
  RegistryError,
  type Registry,
  type RegistryAuth,
  type RegistryErrorCode,
} from '@headwater/schemas'
import type { BaselineOptions } from './baseline-options.ts'
import { placelessProblem, SchemasProblemError, type SchemasProblemCode } from './schemas-problem.ts'

/** Which registry, and how to reach it. */
export interface ConnectRegistryOptions extends Pick<BaselineOptions, 'timeout' | 'registryAuthEnv'> {
  readonly url: string
  readonly env: ConfigSource
}

/**
 * A client of a schema registry.
 *
 * @throws SchemasProblemError `config-invalid` for an address that is none, or a variable that is not set.
 */
export function connectRegistry(options: ConnectRegistryOptions): Registry {
  const { url, timeout = 10_000 } = options
  const auth = readAuth(options)
  try {
    return createRegistry({
      url,
      timeoutMs: timeout,
      attemptTimeoutMs: Math.min(timeout, 5_000),
      ...(auth === undefined ? {} : { auth }),
    })
  } catch (thrown) {
    throw toRegistryProblem(thrown)
  }
}

/** A value with a colon is `user:password`; a token has none. */
function readAuth({ env, registryAuthEnv: name }: ConnectRegistryOptions): RegistryAuth | undefined {
  if (name === undefined) return undefined
  const value = env[name]
  if (typeof value !== 'string' || value === '') {
    const message = `--registry-auth-env names ${name}, and the environment does not have it`
    const fix = `set ${name} to user:password or to a token`
    throw new SchemasProblemError(placelessProblem('config-invalid', message, fix))
  }
  const at = value.indexOf(':')
  return at === -1 ? { token: value } : { username: value.slice(0, at), password: value.slice(at + 1) }
}

const notARegistry =
  'give the base address of a schema registry, with its path where it has one: registry:http://registry.example.com:8081/apis/ccompat/v7'

const kinds: Readonly<Record<RegistryErrorCode, readonly [SchemasProblemCode, string]>> = {
  REGISTRY_UNREACHABLE: [
    'registry-unreachable',
    'see that the registry runs, and that this computer may reach it',
  ],
  REGISTRY_TIMEOUT: [
    'registry-unreachable',
    'see that the registry answers, or give it more time: --timeout <ms>',
  ],
  REGISTRY_UNAVAILABLE: ['registry-unreachable', 'look at the registry, and try again when it works'],
  REGISTRY_UNAUTHORIZED: [
    'registry-unauthorized',
    'let --registry-auth-env name a variable that holds user:password or a token with the right to read; a level that is stated (mode, --mode) is not asked for',
  ],
  REGISTRY_NOT_FOUND: ['registry-failed', notARegistry],
  REGISTRY_BAD_ANSWER: ['registry-failed', notARegistry],
  REGISTRY_OPTIONS_INVALID: ['config-invalid', notARegistry],
  REGISTRY_TOKEN_FAILED: ['registry-unauthorized', 'see why the token is not to be had'],
  REGISTRY_ABORTED: ['registry-failed', 'run the command again'],
  REGISTRY_INCOMPATIBLE: [
    'registry-incompatible',
    'see what breaks: headwater schemas check --against registry:<url>, with --mode <level> when the registry applies another one',
  ],
  REGISTRY_INVALID_SCHEMA: ['registry-invalid', 'do what the registry says'],
  REGISTRY_REFUSED: ['registry-failed', 'see what the registry says'],
}

/** What a failed call means for a check; anything else is thrown as it is. */
export function toRegistryProblem(thrown: unknown): SchemasProblemError {
  if (!(thrown instanceof RegistryError)) throw thrown
  const [code, fix] = kinds[thrown.code]
  return new SchemasProblemError(placelessProblem(code, printable(thrown.message), fix))
}

/** A server's words: one line, of a length that one reads. */
export function printable(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ').trim()
  return line.length <= 500 ? line : `${line.slice(0, 500)}…`
}
