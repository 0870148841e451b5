// What Jackson allows by default (`StreamReadConstraints`), which is what Avro Java and so the registries parse with.

/** Objects and arrays in each other. */
export const maxDepth = 1000

/** UTF-16 units of the name of a member. */
export const maxNameLength = 50_000

/** Digits of a number; a zero before its point or exponent does not count. */
export const maxNumberLength = 1000

/** Whether a number has more digits than {@link maxNumberLength}. */
export function isNumberTooLong(raw: string): boolean {
  if (raw.length <= maxNumberLength) return false
  return raw.replace(/^-?0(?=[.eE])/, '').replaceAll(/\D/g, '').length > maxNumberLength
}
