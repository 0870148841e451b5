import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares without telling by its time where the texts differ, or how long the secret one is. */
export function secretEqual(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
