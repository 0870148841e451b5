import { RegistryError } from './registry-error.ts'

/** Lets one caller give up without ending a call that others share. */
export async function abortable<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise
  let onAbort: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(gaveUp(signal))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort!)
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
