import { systemClock, type Clock } from '@headwater/base'
import { ChannelError } from '../channel-error.ts'
import type { DuplicateStore } from './duplicate-store.ts'

/** Bounds of {@link memoryDuplicates}. */
export interface MemoryDuplicatesOptions {
  /** Messages that are remembered; the one that was remembered longest ago goes first. @defaultValue 50000 */
  readonly maxEntries?: number | undefined
  /** Milliseconds for which a message is remembered; WhatsApp repeats for seven days. @defaultValue 604800000 */
  readonly ttlMs?: number | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
}

/**
 * A duplicate store in the memory of this process: it forgets when the process ends, and knows nothing of other
 * instances. It spares the log most repetitions; a consumer that must not see any filters as well.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`
 */
export function memoryDuplicates<Done = true>(options: MemoryDuplicatesOptions = {}): DuplicateStore<Done> {
  const { maxEntries = 50_000, ttlMs = 604_800_000, clock = systemClock } = options
  for (const [name, value] of Object.entries({ maxEntries, ttlMs })) {
    if (Number.isSafeInteger(value) && value >= 1) continue
    throw new ChannelError('INVALID_CHANNEL_OPTION', `${name} is not an integer of 1 or more`)
  }
  // A Map keeps the order of insertion, so the oldest entry is the first.
  const entries = new Map<string, { readonly done: Done; readonly untilMs: number }>()
  return {
    find(messageId) {
      const entry = entries.get(messageId)
      if (entry === undefined) return undefined
      if (entry.untilMs > clock.now()) return entry.done
      entries.delete(messageId)
      return undefined
    },
    remember(messageId, done) {
      entries.delete(messageId)
      entries.set(messageId, { done, untilMs: clock.now() + ttlMs })
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value!)
    },
  }
}
