/**
 * Looks after what a callback returned that is to be synchronous: a promise that nobody waits for would end the process
 * by its rejection.
 *
 * @returns whether it was a promise.
 */
export function catchRejection(returned: unknown, onRejected: (thrown: unknown) => void): boolean {
  if (typeof returned !== 'object' || returned === null) return false
  // Not `instanceof`: promises of other realms and libraries reject, too.
  if (typeof (returned as Partial<PromiseLike<unknown>>).then !== 'function') return false
  Promise.resolve(returned).catch(onRejected)
  return true
}
