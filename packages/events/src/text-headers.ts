import type { Header, Headers } from '@headwater/producer'

const decoder = new TextDecoder()

/** Headers as pairs, whichever form the caller chose. */
export function toHeaderPairs(headers: Headers | undefined): readonly Header[] {
  if (headers === undefined) return []
  return isPairs(headers) ? headers : Object.entries(headers)
}

/** `Array.isArray` does not narrow a readonly array away from an object. */
function isPairs(headers: Headers): headers is readonly Header[] {
  return Array.isArray(headers)
}

/** The last value of a header as text, as consumers that keep one value a name see it. */
export function textHeader(headers: readonly Header[], name: string): string | undefined {
  const value = headers.findLast((each) => each[0] === name)?.[1]
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : decoder.decode(value)
}
