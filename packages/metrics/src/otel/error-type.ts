import { isHeadwaterError } from '@headwater/base'
import { overflowLabel, type LabelValues } from '../series/label-values.ts'

/** By the conventions, what an error is called that has no name of its own. */
const other = '_OTHER'

/** What an error is called in attributes: its code if it has one of ours, else its class. */
export function errorType(thrown: unknown): string {
  if (isHeadwaterError(thrown)) return thrown.code
  return thrown instanceof Error ? thrown.name : other
}

/** The same for metrics: programs put ids into names, and each name is time series that are held for good. */
export function boundedErrorType(thrown: unknown, known: LabelValues): string {
  const bounded = known.bound(errorType(thrown))
  return bounded === overflowLabel ? other : bounded
}
