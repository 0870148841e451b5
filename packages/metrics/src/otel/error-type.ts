import { isHeadwaterError } from '@headwater/base'

/** What an error is called in attributes: its code if it has one of ours, else its class. */
export function errorType(thrown: unknown): string {
  if (isHeadwaterError(thrown)) return thrown.code
  return thrown instanceof Error ? thrown.name : '_OTHER'
}
