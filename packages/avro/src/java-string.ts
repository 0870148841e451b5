/**
 * A text as a JSON string, as Jackson writes it: the hexadecimal digits of a control character are capital letters,
 * which those of `JSON.stringify` are not. Half a surrogate pair stays escaped: as it stands it has no UTF-8.
 */
export function toJavaString(text: string): string {
  // A backslash of the text itself comes doubled, so that what follows it is no escape.
  return JSON.stringify(text).replaceAll(/\\\\|\\u00[0-9a-f]{2}/g, (escape) =>
    escape === '\\\\' ? escape : `\\u${escape.slice(2).toUpperCase()}`,
  )
}
