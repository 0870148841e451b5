/** What is wrong with one changeset, for whoever wrote it; an empty list for one that can be published. */
export function changesetProblems(text: string, published: ReadonlySet<string>): readonly string[] {
  const [, front, body = ''] = /^---\n([^]*?)^---\n([^]*)$/m.exec(text) ?? []
  if (front === undefined) return ['has no front matter: write it with pnpm changeset']
  const lines = front.split('\n').filter((line) => line.trim() !== '')
  const names = lines.map((line) => /^['"]?([^'":]+)['"]?: (?:major|minor|patch)$/.exec(line)?.[1])
  const sentence = body.trim()
  const facts: readonly (readonly [boolean, string])[] = [
    // An empty changeset says that users notice nothing of a change, and has no text.
    [lines.length > 0 || sentence === '', 'has a text and names no package'],
    [
      names.every((name) => name !== undefined && published.has(name)),
      'names something that is no published package, or says neither major, minor nor patch',
    ],
    [lines.length === 0 || isSentence(sentence), notASentence],
  ]
  return facts.filter(([holds]) => !holds).map(([, message]) => message)
}

const notASentence =
  'is no sentence to users: say what they can do now, or what no longer goes wrong, from a capital letter to a full stop'

/** Text that can stand in a CHANGELOG as it is; `fix: typo` and `Bump zod` cannot. */
function isSentence(text: string): boolean {
  const first = text.split('\n\n')[0] ?? ''
  return (
    /^[A-Z`]/.test(first) &&
    /[.!?]`?$/.test(first) &&
    first.split(/\s+/).length >= 6 &&
    !/^\w+(?:\(.*\))?: /.test(first)
  )
}
