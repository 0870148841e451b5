/** Thrown by a logical type for a value that it cannot take. The reason says what is wrong, never what the value is. */
export class ValueMisfit extends Error {}

/** Refuses a value. */
export function refuse(reason: string): never {
  throw new ValueMisfit(reason)
}
