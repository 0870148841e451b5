import type { FixtureSecret } from './collect-fixture-secrets.ts'
import { leakPatterns } from './leak-pattern.ts'

/** Something in a line that must not be there. */
export interface Leak {
  readonly kind: string
  /** The line around it, cut, and itself replaced by its kind. */
  readonly excerpt: string
}

const excerptLength = 300

/** What a log line holds that it must not; each kind once. */
export function findLeaks(line: string, fixtures: readonly FixtureSecret[]): readonly Leak[] {
  const leaks = new Map<string, Leak>()
  const add = (kind: string, value: string): void => {
    if (!leaks.has(kind)) leaks.set(kind, { kind, excerpt: excerptOf(line, value, kind) })
  }
  for (const { kind, pattern, holds } of leakPatterns) {
    for (const match of line.matchAll(pattern)) {
      const value = match.groups?.['value'] ?? match.groups?.['data'] ?? match[0]
      if (holds?.(value) ?? true) add(kind, value)
    }
  }
  for (const { kind, value } of fixtures) if (holdsWord(line, value)) add(kind, value)
  return [...leaks.values()]
}

/** The text, not as a part of a longer word or number. */
function holdsWord(line: string, value: string): boolean {
  for (let at = line.indexOf(value); at >= 0; at = line.indexOf(value, at + 1)) {
    const [before = '', after = ''] = [line[at - 1], line[at + value.length]]
    if (!/\w/.test(before) && !/\w/.test(after)) return true
  }
  return false
}

function excerptOf(line: string, value: string, kind: string): string {
  const shown = line.replaceAll(value, `<${kind}>`)
  const at = shown.indexOf(`<${kind}>`)
  const start = Math.max(0, Math.min(at - 100, shown.length - excerptLength))
  const text = shown.slice(start, start + excerptLength)
  return `${start > 0 ? '…' : ''}${text}${start + excerptLength < shown.length ? '…' : ''}`
}
