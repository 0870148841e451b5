import { RegistryError } from './registry-error.ts'

/**
 * A name as one segment of a path.
 *
 * @throws RegistryError `REGISTRY_REFUSED` for what no path can have as a segment: a URL loses dots and empty segments on
 *   its way, escaped or not, and the request would be about something else.
 */
export function segment(name: string): string {
  if (/^\.{0,2}$/.test(name) || !name.isWellFormed()) {
    const message = `No request can be made for the subject ${JSON.stringify(name)}: an address cannot contain it`
    throw new RegistryError('REGISTRY_REFUSED', message)
  }
  return encodeURIComponent(name)
}
