import { expect } from 'vitest'
import { LinkError } from '../../src/link/link.ts'

/** Resolves with the error of each promise, in order; a promise that resolves fails the test. */
export function failuresOf(promises: readonly Promise<unknown>[]): Promise<LinkError[]> {
  return Promise.all(
    promises.map((promise) =>
      promise.then(
        () => expect.fail('a promise resolved that must not'),
        (error: unknown) => {
          expect(error).toBeInstanceOf(LinkError)
          return error as LinkError
        },
      ),
    ),
  )
}
