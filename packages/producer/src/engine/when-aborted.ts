/** What is to be done when a signal is aborted, in the order in which it was asked for. */
const actsBySignal = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls `act` when the signal is aborted; the function that this gives takes it back. One listener a signal, however many
 * sends share it: an `AbortSignal` looks through all its listeners to take one away, which is quadratic for a
 * `sendMany` with one signal.
 */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  const acts = actsBySignal.get(signal) ?? listenTo(signal)
  acts.add(act)
  return () => acts.delete(act)
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const acts = new Set<() => void>()
  actsBySignal.set(signal, acts)
  signal.addEventListener(
    'abort',
    () => {
      // Each takes itself away on the way; what is added meanwhile would find the signal aborted itself.
      for (const act of acts) act()
    },
    { once: true },
  )
  return acts
}
