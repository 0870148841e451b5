import { onAbort } from './on-abort.ts'
import { RegistryError } from './registry-error.ts'

/** Lets one caller give up without ending a call that others share. */
export async function abortable<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise
  if (signal.aborted) {
    // Nobody looks at how it ends.
    promise.catch(() => undefined)
    throw gaveUp(signal)
  }
  const aborted = Promise.withResolvers<never>()
  const forget = onAbort(signal, () => aborted.reject(gaveUp(signal)))
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    forget()
  }
}

/** What a caller gets that gave up, and a call that nobody waits for any longer. */
export function gaveUp({ reason }: AbortSignal): RegistryError {
  const message = 'The caller gave up on the schema registry'
  return new RegistryError('REGISTRY_ABORTED', message, { cause: reason })
}

/** @throws RegistryError `REGISTRY_ABORTED` once nobody waits any longer. */
export function assertAwaited(gone: AbortSignal | undefined): void {
  if (gone?.aborted === true) throw gaveUp(gone)
}
