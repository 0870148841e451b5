/** Marks a block whose commands are for a fresh clone, and are run in one. */
const freshCloneMarker = '<!-- fresh clone -->'

/**
 * The commands of the marked blocks of a document, in their order, with `pnpm` as the document says that it means it: the
 * pinned one.
 */
export function freshCloneCommands(document: string, packageManager: string): readonly string[] {
  return document
    .split(freshCloneMarker)
    .slice(1)
    .flatMap((rest) => /^\s*```sh\n([^]*?)```/.exec(rest)?.[1]?.split('\n') ?? [])
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/^pnpm /, `npx -y ${packageManager} `))
}
