import type { Mutation } from './mutation.ts'

/**
 * The source of a module with one rule switched off.
 *
 * @throws Error when the rule's text does not stand there exactly once: the table is out of date then.
 */
export function mutateSource(source: string, { name, file, original, replacement }: Mutation): string {
  const parts = source.split(original)
  const [before, after] = parts
  if (parts.length !== 2 || before === undefined || after === undefined) {
    throw new Error(
      `the mutation ${name} looks for a text that stands ${parts.length - 1} times in ${file}: ${original}`,
    )
  }
  return before + replacement + after
}
