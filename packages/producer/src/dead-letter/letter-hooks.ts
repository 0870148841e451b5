import { isSendTrace } from '../engine/hook-runner.ts'
import type { ProducerHooks } from '../hooks.ts'

/**
 * What the observers of a producer see of its dead letters: each is a send of its own, so that it can be traced, with the
 * headers of the record that was refused. It gets no others, for it must stay what it was; and of the letters' own
 * producer nothing else is told, since the record's `onSettled` says where its dead letter is.
 */
export function toLetterHooks(hooks: readonly ProducerHooks[]): readonly ProducerHooks[] {
  return hooks
    .filter((observer) => observer.onSend !== undefined)
    .map((observer) => ({
      onSend(letter) {
        const returned: unknown = observer.onSend?.(letter)
        if (isSendTrace(returned)) return { settled: (settled) => returned.settled(settled) }
        // Handed on to whoever calls hooks, and looks after one that is not synchronous.
        return returned instanceof Promise ? (returned as never) : undefined
      },
    }))
}
