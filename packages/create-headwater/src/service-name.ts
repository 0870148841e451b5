import { StarterError } from './starter-error.ts'

/** Good as a package of npm, as a service in headers and logs, and as a folder everywhere. */
const serviceName = /^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$/
/** Names that Node or npm keep for themselves. */
const taken = new Set(['node_modules', 'favicon.ico', 'npm', 'test', 'headwater'])

/**
 * Holds the name of a new service to what npm and Kafka's tools both take.
 *
 * @throws StarterError `INVALID_SERVICE_NAME`
 */
export function assertServiceName(name: string): void {
  if (taken.has(name))
    throw new StarterError('INVALID_SERVICE_NAME', `"${name}" is taken: choose another name with --name`)
  if (serviceName.test(name)) return
  throw new StarterError(
    'INVALID_SERVICE_NAME',
    `"${name}" cannot be the name of a service: use 1 to 100 lower-case letters, digits, ".", "_" and "-", a letter or digit at both ends`,
  )
}
