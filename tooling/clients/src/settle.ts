import { setTimeout as after } from 'node:timers/promises'

/** Reads again until what was changed shows, since Kafka's brokers learn of it later; gives the last that was read. */
export async function settle<T>(read: () => Promise<T>, isSettled: (seen: T) => boolean): Promise<T> {
  const giveUpAt = Date.now() + 10_000
  for (;;) {
    const seen = await read()
    if (isSettled(seen) || Date.now() > giveUpAt) return seen
    await after(50)
  }
}
