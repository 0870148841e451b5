import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One mail that a Debian package ships. */
interface CorpusMail {
  readonly name: string
  readonly path: string
}

/** Where a package puts them, and where `.ci/run` unpacks packages that are not installed. */
const roots = ['/', fileURLToPath(new URL('../../../.cache/mail-corpora/', import.meta.url))]

/** Mails of others: Python's tests of its email package (`libpython3.x-testsuite`), and SpamAssassin's two samples. */
const patterns = [
  'usr/lib/python3.*/test/test_email/data/msg_*.txt',
  'usr/share/doc/spamassassin/examples/sample-*.txt',
]

/** The mails that this computer has, each name once. */
export function findCorpora(): readonly CorpusMail[] {
  const paths = roots.flatMap((root) => patterns.flatMap((each) => globSync(`${root}${each}`)))
  const byName = new Map(paths.map((path) => [basename(path), path]))
  return [...byName].map(([name, path]) => ({ name, path })).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
