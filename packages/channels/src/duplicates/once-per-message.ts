import type { DuplicateStore } from './duplicate-store.ts'

/** Headers as Kafka clients hand them to consumers. */
type RecordHeaders = Readonly<Record<string, unknown>> | undefined

/** What became of a record. */
export type HandledOnce = 'handled' | 'duplicate'

/**
 * Makes a guard for consumers: of records with one `message_id` the first is handled, and the others are not. Providers
 * repeat for days, and a record may be read again after a rebalance; both carry the id of the first time.
 *
 * A message counts as handled when the handler has resolved and the store has taken it; a crash in between hands it over
 * again, so what the handler does must bear that, or be stored with the id in one transaction of its own database. Two
 * records with one id at the same time wait for each other. Records without the header are handled always.
 *
 * ```ts
 * const once = oncePerMessage(memoryDuplicates())
 * await consumer.run({ eachMessage: async ({ message }) => void (await once(message.headers, () => handle(message))) })
 * ```
 */
export function oncePerMessage(
  store: DuplicateStore,
): (headers: RecordHeaders, handle: () => Promise<unknown>) => Promise<HandledOnce> {
  const running = new Map<string, Promise<unknown>>()

  async function runOnce(messageId: string, handle: () => Promise<unknown>): Promise<HandledOnce> {
    if ((await store.find(messageId)) !== undefined) return 'duplicate'
    await handle()
    await store.remember(messageId, true)
    return 'handled'
  }

  return async (headers, handle) => {
    const messageId = messageIdOf(headers)
    if (messageId === undefined) {
      await handle()
      return 'handled'
    }
    // Whether the one before was handled shows in the store; its failure is its own caller's.
    for (let before = running.get(messageId); before !== undefined; before = running.get(messageId)) {
      await before.catch(() => undefined)
    }
    const handling = runOnce(messageId, handle)
    running.set(messageId, handling)
    try {
      return await handling
    } finally {
      running.delete(messageId)
    }
  }
}

/** Bytes or text, whichever the client gives; of several headers of that name the last, as in Kafka's `lastHeader`. */
function messageIdOf(headers: RecordHeaders): string | undefined {
  const given = headers?.['message_id']
  const value: unknown = Array.isArray(given) ? given.at(-1) : given
  const text = value instanceof Uint8Array ? Buffer.from(value).toString() : value
  return typeof text === 'string' && text !== '' ? text : undefined
}
