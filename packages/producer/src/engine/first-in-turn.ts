import type { Clock, Timer } from '@headwater/base'

/**
 * Tries one after the other until one succeeds. The next begins when one has failed, or when it has taken `turnMs`
 * milliseconds, without being given up: those that never answer cost a turn each, not their whole timeout.
 *
 * @returns what the first that succeeds gives; rejects with the latest failure when all have failed, and with
 * `undefined` when there are none.
 */
export function firstInTurn<Item, Result>(
  items: readonly Item[],
  attempt: (item: Item) => Promise<Result>,
  { clock, turnMs }: { readonly clock: Clock; readonly turnMs: number },
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let begun = 0
    let failed = 0
    let failure: unknown
    let turn: Timer | undefined
    const next = (): void => {
      turn?.cancel()
      if (begun === items.length) {
        if (failed === items.length) reject(failure)
        return
      }
      const item = items[begun++]!
      turn = clock.schedule(turnMs, next)
      attempt(item).then(
        (result) => {
          turn?.cancel()
          begun = items.length
          resolve(result)
        },
        (thrown: unknown) => {
          failed++
          failure = thrown
          next()
        },
      )
    }
    next()
  })
}
