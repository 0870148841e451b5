/** Labels of versions in few words: `v9, v8, v7, v3` becomes `v3, v7-v9`; others stand as they are. */
export function groupVersions(labels: readonly string[]): string {
  const numbers = labels.map((label) => /^v(\d+)$/.exec(label)?.[1])
  if (numbers.includes(undefined)) return labels.join(', ')
  const runs: { first: number; last: number }[] = []
  for (const number of numbers.map(Number).toSorted((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && number <= run.last + 1) run.last = number
    else runs.push({ first: number, last: number })
  }
  return runs
    .map(({ first, last }) => {
      if (first === last) return `v${first}`
      return last === first + 1 ? `v${first}, v${last}` : `v${first}-v${last}`
    })
    .join(', ')
}
