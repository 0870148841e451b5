import { HeadwaterError } from '@headwater/base'

/**
 * The options of one call, when they are an object and their signal, if there is one, is a signal. A number in place of
 * the object would be passed over with the deadline that it was meant for; a signal that is none throws where it is
 * listened to, in the midst of what the call has begun.
 *
 * @throws HeadwaterError `INVALID_OPTIONS`
 */
export function callOptions<Options extends object>(call: string, options: Options): Options {
  const invalid = (what: string): HeadwaterError => new HeadwaterError('INVALID_OPTIONS', `${call}: ${what}`)
  if (typeof options !== 'object' || (options as unknown) === null)
    throw invalid(`the options must be an object, not ${String(options as unknown)}`)
  const { signal } = options as { readonly signal?: unknown }
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalid('the signal must be an AbortSignal')
  return options
}
