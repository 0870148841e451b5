import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parse, parseDocument, stringify } from 'yaml'
import { loadAcceptedFile, type AcceptedBreak } from './accepted-file.ts'
import { fileProblem } from './placed-value.ts'
import { writeTextFile } from './write-text-file.ts'

/**
 * Adds an entry at the end of the accepted file and makes the file where there is none. What stands in it stays as it
 * is, comments and order included.
 *
 * @throws SchemasProblemError `accepted-invalid` when the file has mistakes or accepts the break already.
 */
export function appendAccepted(root: string, file: string, entry: AcceptedBreak, today: string): void {
  const known = loadAcceptedFile(root, file).get(entry.fingerprint)
  const isOver = known?.expires !== undefined && known.expires < today
  if (known !== undefined) {
    const until = known.expires === undefined ? '' : ` until ${known.expires}`
    const message = `${entry.fingerprint} ${isOver ? 'was' : 'is'} accepted${until}: ${known.reason}`
    const fix = isOver
      ? 'give its entry another last day, in the file'
      : 'change its entry in the file, if it must change'
    throw fileProblem('accepted-invalid', file, message, fix)
  }
  const path = resolve(root, file)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  writeTextFile(root, file, withEntry(before, entry), { makeFolder: true })
}

function withEntry(before: string, entry: AcceptedBreak): string {
  const gap = before === '' || before.endsWith('\n') ? '' : '\n'
  // Quotes, for a fingerprint of digits alone is a number without them.
  const text = stringify([entry], {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  })
  const appended = `${before}${gap}${text}`
  const expected = [...((parse(before) as readonly unknown[] | null) ?? []), entry]
  if (isDeepStrictEqual(tryParse(appended), expected)) return appended
  // A list in brackets, or one that is indented: only its own syntax can take one more.
  const document = parseDocument(before)
  document.add(document.createNode(entry))
  return document.toString({ lineWidth: 0 })
}

function tryParse(text: string): unknown {
  const document = parseDocument(text)
  return document.errors.length > 0 ? undefined : (document.toJS() as unknown)
}
