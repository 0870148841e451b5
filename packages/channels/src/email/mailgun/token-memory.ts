import type { Clock } from '@headwater/base'

/** Remembers which one-time tokens were used, for as long as their signatures hold. */
export interface TokenMemory {
  /** Takes a token for one request; `false`: it is in use, or was used. */
  claim(token: string): boolean
  /** What came of it: a token that led to nothing may come again, as providers repeat requests that failed. */
  settle(token: string, used: boolean): void
  readonly size: number
}

interface TokenMemoryOptions {
  readonly clock: Clock
  /** Milliseconds for which a used token is remembered. */
  readonly keepMs: number
  /** Tokens at most; above that the oldest one is forgotten. */
  readonly maxTokens: number
}

/** Makes a memory with bounds. */
export function createTokenMemory({ clock, keepMs, maxTokens }: TokenMemoryOptions): TokenMemory {
  // In order of their age: a Map keeps the order of insertion, and all are kept for the same time.
  const tokens = new Map<string, number>()

  function forgetOld(): void {
    const nowMs = clock.monotonic()
    for (const [token, untilMs] of tokens) {
      if (untilMs > nowMs && tokens.size <= maxTokens) return
      tokens.delete(token)
    }
  }

  return {
    claim(token) {
      forgetOld()
      if (tokens.has(token)) return false
      tokens.set(token, clock.monotonic() + keepMs)
      return true
    },
    settle(token, used) {
      if (!used) tokens.delete(token)
      forgetOld()
    },
    get size() {
      return tokens.size
    },
  }
}
