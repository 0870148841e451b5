/**
 * Remembers what was done, by message id. Memory is one place (`memoryDuplicates`); a table whose rows live as long as
 * the providers repeat is another.
 *
 * @typeParam Done - what is remembered of a message: where it was published, or nothing but that it was handled.
 */
export interface DuplicateStore<Done = true> {
  /** What is remembered of a message; `undefined` for one that is new, or was forgotten. */
  find(messageId: string): Done | undefined | Promise<Done | undefined>
  /** Remembers a message. When it resolves, `find` knows it. */
  remember(messageId: string, done: Done): void | Promise<void>
}
