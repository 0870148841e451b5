import { SchemaRegistry as CsrRegistry } from '@kafkajs/confluent-schema-registry'
import type { CsrClient } from './csr-client.ts'
import { RegistryError } from './registry-error.ts'
import type { ResolvedRegistryOptions } from './registry-options.ts'

/**
 * No retry options are passed: that library keeps them in an object that all its clients in the process share.
 */
export function createCsr(options: ResolvedRegistryOptions): CsrClient {
  const { auth, url } = options.servers[0]
  if (auth !== undefined && 'token' in auth) {
    const message =
      '@kafkajs/confluent-schema-registry has no bearer tokens: make its client yourself, with a middleware'
    throw new RegistryError('REGISTRY_OPTIONS_INVALID', message)
  }
  return new CsrRegistry({ host: url, ...(auth === undefined ? {} : { auth: { ...auth } }) })
}
