/**
 * Bounds of what an event repeats of its original, far above what Meta allows: whatever is sent, the parsed fields of
 * one event stay below 600 KiB, and the original is whole in any case.
 */
export const fieldBounds = {
  /** Meta: 4096 characters. */
  textBytes: 65536,
  /** Meta: 1024 characters of a caption. */
  captionBytes: 16384,
  /** Answers to a form. */
  payloadBytes: 65536,
  nameBytes: 1024,
  urlBytes: 4096,
  /** Ids of messages, media, people; `wamid`s have about 70. */
  idBytes: 512,
  cards: 50,
  phones: 5,
  orderItems: 100,
  errors: 10,
} as const
