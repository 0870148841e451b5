/**
 * What a comment above a code block says of it: `<!-- docs: continues -->`. Without one, a block of TypeScript or
 * JavaScript runs alone.
 */
export type BlockMarker =
  /** Belongs behind the block before it, and runs with it. */
  | { readonly kind: 'continues' }
  /** Runs against an embedded Kafka and registry in place of `localhost:9092` and `http://localhost:8081`, with these topics. */
  | { readonly kind: 'cluster'; readonly topics: readonly string[]; readonly given: readonly string[] }
  /** Compiled and not run, with the reason; `given` names what the block takes from the sentences around it. */
  | { readonly kind: 'compile-only'; readonly reason: string; readonly given: readonly string[] }
  /** Only parsed, with the reason: what it imports is not installed here. */
  | { readonly kind: 'parse-only'; readonly reason: string }
  /** Run by this test, which reads the document. */
  | { readonly kind: 'run-by'; readonly test: string; readonly given: readonly string[] }
  /** A test file that this runner runs. */
  | { readonly kind: 'run-with'; readonly runner: string }
  /** Commands of a shell that run here, in a folder that all such blocks of the page share; the last must end with 0. */
  | { readonly kind: 'run' }
  /** What the code before it prints, behind what earlier ones of its program say. */
  | { readonly kind: 'prints' }
  /** Says nothing that is known. */
  | { readonly kind: 'unknown'; readonly text: string }

/** Reads the inside of a comment; `undefined` where it is none of ours. */
export function readBlockMarker(comment: string): BlockMarker | undefined {
  const text = /^\s*docs:\s*(?<text>[^]*?)\s*$/.exec(comment)?.groups?.['text']
  if (text === undefined) return undefined
  if (text === 'continues' || text === 'run' || text === 'prints') return { kind: text }
  const [, word = '', all = ''] = /^(\S+?),?\s+([^]+)$/.exec(text) ?? []
  const [, rest = all, names = ''] = /^([^]*?)\s*\(given: ([^)]*)\)$/.exec(all) ?? []
  const given = names.split(/[\s,]+/).filter((each) => each !== '')
  if (word === 'cluster') return { kind: word, topics: rest.split(/[\s,]+/), given }
  if (word === 'run-by') return { kind: word, test: rest, given }
  if (word === 'run-with') return { kind: word, runner: rest }
  if (word === 'parse-only') return { kind: word, reason: rest }
  if (word === 'compile-only') return { kind: word, reason: rest, given }
  return { kind: 'unknown', text }
}
