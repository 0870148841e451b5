import type { LabelledCounter } from './series/labelled-counter.ts'
import type { LabelledHistogram } from './series/labelled-histogram.ts'

/** A claim-check store, as `@headwater/channels` has them; `Ref` is what it gives for bytes that it keeps. */
export interface ClaimChecks<Ref> {
  put(bytes: Uint8Array, options: { readonly contentType: string }): Promise<Ref>
  get(uri: string): Promise<Uint8Array>
}

interface ClaimCheckMetrics {
  readonly duration: LabelledHistogram<'operation' | 'result'>
  readonly bytes: LabelledCounter<'operation'>
}

/** The same store, measured on the way through. */
export function claimChecksThrough<Ref>(
  store: ClaimChecks<Ref>,
  { duration, bytes }: ClaimCheckMetrics,
): ClaimChecks<Ref> {
  async function measure<Result>(
    operation: 'put' | 'get',
    run: () => Promise<Result>,
    sizeOf: (result: Result) => number,
  ): Promise<Result> {
    const startMs = performance.now()
    const seconds = (): number => (performance.now() - startMs) / 1000
    try {
      const result = await run()
      duration.observe({ operation, result: 'ok' }, seconds())
      bytes.inc({ operation }, sizeOf(result))
      return result
    } catch (thrown) {
      duration.observe({ operation, result: 'failed' }, seconds())
      throw thrown
    }
  }
  return {
    put: (kept, options) =>
      measure(
        'put',
        () => store.put(kept, options),
        () => kept.byteLength,
      ),
    get: (uri) =>
      measure(
        'get',
        () => store.get(uri),
        (found) => found.byteLength,
      ),
  }
}
