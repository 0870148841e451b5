/** A piece of JSON in as few lines as it is readable in: what fits into one line stays there. */
export function formatExample(value: unknown, indent = ''): string {
  if (typeof value === 'string' && indent === '') return value.trimEnd()
  const line = oneLine(value)
  if (indent.length + line.length <= widest || typeof value !== 'object' || value === null) return line
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const items = value.map((item) => `${inner}${formatExample(item, inner)}`)
    return `[\n${items.join(',\n')}\n${indent}]`
  }
  const members = Object.entries(value).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${formatExample(item, inner)}`,
  )
  return `{\n${members.join(',\n')}\n${indent}}`
}

const widest = 96

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
