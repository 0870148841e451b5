/** Why a `fetch` failed: it says only "fetch failed", and what happened is its cause. */
export function connectionReason(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message
}
