import { readFile, writeFile } from 'node:fs/promises'

const begin = '<!-- chaos: begin -->'
const end = '<!-- chaos: end -->'

/**
 * Puts text between the markers of a document.
 *
 * @throws Error when the document has no such markers
 */
export async function writeDocs(file: string, text: string): Promise<void> {
  const document = await readFile(file, 'utf8')
  const from = document.indexOf(begin)
  const to = document.indexOf(end)
  if (from < 0 || to < from)
    throw new Error(`${file} has no place for the table: ${begin} and ${end} are missing`)
  await writeFile(
    file,
    `${document.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${document.slice(to)}`,
  )
}
