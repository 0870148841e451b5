/** Files in an order in which each comes after those it refers to, and the circles that stand in the way. */
export interface ReferenceOrder {
  readonly order: readonly string[]
  /** Each begins with the file that sorts first. */
  readonly cycles: readonly (readonly string[])[]
}

/** Walks the references without recursion: a chain of files may be longer than the stack. */
export function findReferenceCycles(edges: ReadonlyMap<string, readonly string[]>): ReferenceOrder {
  const order: string[] = []
  const done = new Set<string>()
  const cycles = new Map<string, readonly string[]>()
  for (const start of edges.keys()) {
    if (done.has(start)) continue
    const path = [{ file: start, next: 0 }]
    const onPath = new Map([[start, 0]])
    while (path.length > 0) {
      const top = path.at(-1)!
      const target = edges.get(top.file)?.[top.next++]
      if (target === undefined) {
        path.pop()
        onPath.delete(top.file)
        done.add(top.file)
        order.push(top.file)
      } else if (onPath.has(target)) {
        const cycle = startAtFirst(path.slice(onPath.get(target)).map(({ file }) => file))
        cycles.set(cycle.join('\n'), cycle)
      } else if (!done.has(target)) {
        onPath.set(target, path.length)
        path.push({ file: target, next: 0 })
      }
    }
  }
  return { order, cycles: [...cycles.values()] }
}

function startAtFirst(cycle: readonly string[]): readonly string[] {
  const at = cycle.indexOf(cycle.toSorted()[0]!)
  return [...cycle.slice(at), ...cycle.slice(0, at)]
}
