import { HeadwaterError } from '@headwater/base'

/**
 * How long a call may take that was told so many milliseconds; `Infinity` is as long as it takes.
 *
 * @throws HeadwaterError `INVALID_OPTIONS` for what is no wait: it would be over at once, and records given up for it.
 */
export function toWaitMs(name: string, givenMs: number): number {
  if (typeof givenMs !== 'number' || !(givenMs >= 0)) {
    const message = `${name} must be 0 or more milliseconds (Infinity: as long as it takes), not ${String(givenMs)}`
    throw new HeadwaterError('INVALID_OPTIONS', message)
  }
  return givenMs
}
