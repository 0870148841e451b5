import { httpUrl, text } from './value-kinds.ts'
import type { VariableTable } from './variable.ts'

/** How to reach the schema registry. */
export interface RegistrySettings {
  /** Without it there is no registry. */
  readonly url?: string
  /** User for HTTP basic authentication. */
  readonly username?: string
  /** Its password; prints as `[redacted]`. */
  readonly password?: string
}

export const registryVariables: VariableTable<RegistrySettings> = {
  url: {
    name: 'SCHEMA_REGISTRY_URL',
    kind: httpUrl('https://registry.example.com'),
    meaning: 'Base address of the schema registry, with the path under which it speaks the Confluent API.',
  },
  username: {
    name: 'SCHEMA_REGISTRY_USER',
    kind: text('text'),
    meaning: 'User for HTTP basic authentication at the registry.',
  },
  password: {
    name: 'SCHEMA_REGISTRY_PASSWORD',
    kind: text('text'),
    secret: true,
    meaning: 'Password for HTTP basic authentication at the registry.',
  },
}
