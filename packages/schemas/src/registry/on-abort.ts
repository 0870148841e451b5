const runners = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls `run` when a signal is aborted, at once where it is; what it gives takes that back. One listener stands for all who wait with the same
 * signal, as a consumer's records do: each listener is compared with all the others when it is added, so that thousands
 * of them take minutes.
 */
export function onAbort(signal: AbortSignal | undefined, run: () => void): () => void {
  if (signal?.aborted === true) run()
  if (signal === undefined || signal.aborted) return () => undefined
  const all = runners.get(signal) ?? listen(signal)
  all.add(run)
  return () => all.delete(run)
}

function listen(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>()
  runners.set(signal, all)
  signal.addEventListener(
    'abort',
    () => {
      for (const run of all) run()
    },
    { once: true },
  )
  return all
}
