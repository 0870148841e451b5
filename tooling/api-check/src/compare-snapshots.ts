/** One section of a snapshot that is not what it was. */
export interface SnapshotChange {
  /** The heading: `### interface SendOptions`. */
  readonly heading: string
  readonly kind: 'added' | 'changed' | 'removed'
  /** Lines with `+` and `-`, and those around them. */
  readonly lines: readonly string[]
}

/** What differs between two snapshots, section by section, in the order of the new one; removed ones come last. */
export function compareSnapshots(before: string, after: string): readonly SnapshotChange[] {
  const [old, current] = [sectionsOf(before), sectionsOf(after)]
  const changes: SnapshotChange[] = []
  for (const [heading, lines] of current) {
    const previous = old.get(heading)
    if (previous === undefined)
      changes.push({ heading, kind: 'added', lines: lines.map((line) => `+ ${line}`) })
    else if (previous.join('\n') !== lines.join('\n'))
      changes.push({ heading, kind: 'changed', lines: differingLines(previous, lines) })
  }
  for (const [heading, lines] of old)
    if (!current.has(heading))
      changes.push({ heading, kind: 'removed', lines: lines.map((line) => `- ${line}`) })
  return changes
}

/** The lines of each section by its heading; below the heading of its door, since doors may share names. */
function sectionsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>()
  let [door, lines]: [string, string[]] = ['', []]
  for (const line of text.split('\n')) {
    if (/^##? /.test(line)) sections.set((door = line), (lines = []))
    else if (line.startsWith('### ')) sections.set(`${door} ${line}`, (lines = []))
    else if (line !== '' && !line.startsWith('```')) lines.push(line)
  }
  return sections
}

/** A line diff by the longest common subsequence, two lines of context around each difference. */
function differingLines(before: readonly string[], after: readonly string[]): readonly string[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1))
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0
  for (let row = before.length - 1; row >= 0; row -= 1)
    for (let column = after.length - 1; column >= 0; column -= 1)
      lengths[row]![column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1))
  const lines: string[] = []
  let [row, column] = [0, 0]
  while (row < before.length || column < after.length) {
    if (row < before.length && before[row] === after[column]) {
      lines.push(`  ${before[row]}`)
      row += 1
      column += 1
    } else if (
      column >= after.length ||
      (row < before.length && at(row + 1, column) >= at(row, column + 1))
    ) {
      lines.push(`- ${before[row]}`)
      row += 1
    } else {
      lines.push(`+ ${after[column]}`)
      column += 1
    }
  }
  const near = (index: number): boolean =>
    lines.slice(Math.max(0, index - 2), index + 3).some((line) => !line.startsWith('  '))
  return lines.filter((_, index) => near(index))
}
