import { setTimeout as wait } from 'node:timers/promises'

/** Something that is done again and again until it is disposed of. */
export function repeat(everyMs: number, work: () => unknown): AsyncDisposable {
  const stop = new AbortController()
  const underWay = new Set<Promise<unknown>>()
  const ended = (async () => {
    while (!stop.signal.aborted) {
      // Failures are what is ordered here; how they show is what Prometheus is asked for.
      const done = Promise.resolve()
        .then(work)
        .catch(() => undefined)
      underWay.add(done)
      void done.then(() => underWay.delete(done))
      await wait(everyMs, undefined, { signal: stop.signal }).catch(() => undefined)
    }
    await Promise.all(underWay)
  })()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await ended
    },
  }
}
