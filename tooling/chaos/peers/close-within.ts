/**
 * Waits for a client to close, but not for ever: after `limitMs` it is left to itself, since a client that cannot
 * close is a finding about that client and must not stop the run. A close that fails counts as closed; what was not
 * delivered has been told to whoever sent it.
 */
export async function closeWithin(limitMs: number, close: () => Promise<unknown>): Promise<void> {
  const { promise: limit, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, limitMs)
  const closed = close().then(
    () => undefined,
    () => undefined,
  )
  await Promise.race([closed, limit])
  clearTimeout(timer)
}
