/**
 * Runs something and says when it is over, and how: for a promise, when that settles. What comes out comes out as it is.
 *
 * @param onDone - gets what was thrown, if something was; it must not throw
 */
export function whenDone<Result>(
  run: () => Result,
  onDone: (failure: { readonly thrown: unknown } | undefined) => void,
): Result {
  let result: Result
  try {
    result = run()
  } catch (thrown) {
    onDone({ thrown })
    throw thrown
  }
  if (!isThenable(result)) {
    onDone(undefined)
    return result
  }
  // A promise stays the very one. Anything else may do its work once for each `then`, so this is the only one.
  const settled = Promise.resolve(result)
  void settled.then(
    () => onDone(undefined),
    (thrown: unknown) => onDone({ thrown }),
  )
  return settled as Result
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
