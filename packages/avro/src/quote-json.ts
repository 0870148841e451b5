/** A text in quotes as Jackson writes it: as `JSON.stringify` does, with capital digits for control characters. */
export function quoteJson(text: string): string {
  const quoted = JSON.stringify(text)
  if (!quoted.includes('\\u00')) return quoted
  // An escaped backslash is passed over, whatever follows it.
  return quoted.replaceAll(/\\(?:u(00..)|.)/g, (escape: string, code: string | undefined) =>
    code === undefined ? escape : `\\u${code.toUpperCase()}`,
  )
}
