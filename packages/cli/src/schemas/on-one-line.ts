/**
 * A value whose texts have no control characters any more: they stand there as JSON would write them. Names and
 * messages come from files of others, and a line break in one could begin a line that a CI takes for a command of its
 * own (`::stop-commands::`), an escape could repaint the terminal.
 */
export function onOneLine<Value>(value: Value): Value {
  return (typeof value === 'string' ? escapeControls(value) : mapParts(value)) as Value
}

function mapParts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(onOneLine)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, onOneLine(part)]))
}

function escapeControls(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028\u2029]/gu,
    (sign) => short[sign] ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
