/** Names of choices with the values of each. */
export type Choices = Readonly<Record<string, readonly string[]>>

/**
 * Rows that hold each pair of values of two different choices at least once: defects of an installation come from two
 * things that do not suit one another far more often than from three, and pairs need some sixty rows where all
 * combinations would need two thousand.
 *
 * Greedy and without chance: each row starts with the first pair that no row has yet, and takes for each other choice
 * the value that brings most new pairs, then the one used least. So the first rows also hold each single value early.
 */
export function coverPairs(choices: Choices): readonly Readonly<Record<string, string>>[] {
  const open = new Set(allPairs(choices))
  const used = new Map<string, number>()
  const rows: Readonly<Record<string, string>>[] = []
  for (const first of open) {
    const row = new Map(JSON.parse(first) as [string, string][])
    for (const [name, values] of Object.entries(choices)) {
      if (row.has(name)) continue
      const gain = (value: string): number =>
        [...row].filter(([other, taken]) => open.has(pairOf(choices, [name, value], [other, taken]))).length
      const uses = (value: string): number => used.get(`${name}=${value}`) ?? 0
      const best = values.toSorted((a, b) => gain(b) - gain(a) || uses(a) - uses(b))[0]
      if (best !== undefined) row.set(name, best)
    }
    for (const pair of pairsOf(choices, row)) open.delete(pair)
    for (const [name, value] of row) used.set(`${name}=${value}`, (used.get(`${name}=${value}`) ?? 0) + 1)
    rows.push(Object.fromEntries(Object.keys(choices).map((name) => [name, row.get(name) ?? ''])))
  }
  return rows
}

function allPairs(choices: Choices): readonly string[] {
  const names = Object.keys(choices)
  return names.flatMap((one, index) =>
    names
      .slice(index + 1)
      .flatMap((other) =>
        (choices[one] ?? []).flatMap((a) =>
          (choices[other] ?? []).map((b) => pairOf(choices, [one, a], [other, b])),
        ),
      ),
  )
}

function pairsOf(choices: Choices, row: ReadonlyMap<string, string>): readonly string[] {
  const entries = [...row]
  return entries.flatMap((one, index) => entries.slice(index + 1).map((other) => pairOf(choices, one, other)))
}

/** The same text whichever of the two comes first. */
function pairOf(choices: Choices, one: readonly [string, string], other: readonly [string, string]): string {
  const names = Object.keys(choices)
  return JSON.stringify(names.indexOf(one[0]) < names.indexOf(other[0]) ? [one, other] : [other, one])
}
