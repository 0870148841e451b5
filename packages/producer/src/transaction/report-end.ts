import { toError } from '@headwater/base'
import type { HookRunner } from '../engine/hook-runner.ts'
import type { ResolvedOptions } from '../engine/resolve-options.ts'
import type { TransactionEnd } from '../hooks.ts'
import type { OpenTransaction } from './open-transaction.ts'

/** What goes on between the begin and the end, and who is told. */
interface Reported<Result> {
  readonly options: Pick<ResolvedOptions, 'clock' | 'logger'>
  readonly hooks: HookRunner
  /** Why nothing can be written any more. */
  readonly fenced: () => Error | undefined
  readonly execute: (transaction: OpenTransaction) => Promise<Result>
}

/** Runs a transaction whose turn has come, and tells hooks and log how it ends for its caller. */
export async function reportEnd<Result>(
  beginning: Promise<OpenTransaction>,
  { options: { clock, logger }, hooks, fenced, execute }: Reported<Result>,
): Promise<Result> {
  const sinceMs = clock.monotonic()
  let transaction: OpenTransaction | undefined
  const tell = (result: TransactionEnd['result'], error: Error | undefined): void => {
    const records = transaction?.recordCount ?? 0
    hooks.run('onTransaction', { result, durationMs: clock.monotonic() - sinceMs, records, error })
  }
  try {
    transaction = await beginning
    const result = await execute(transaction)
    tell('committed', undefined)
    return result
  } catch (thrown) {
    const error = toError(thrown)
    const isUnknown = transaction?.commitUncertain === true
    const err = fenced()
    if (err !== undefined)
      logger.error({ err }, 'a younger producer has the same transactionalId; this one can write no more')
    else if (isUnknown) logger.error({ err: error }, 'nobody said whether a transaction was committed')
    tell(isUnknown ? 'unknown' : 'aborted', error)
    throw thrown
  }
}
