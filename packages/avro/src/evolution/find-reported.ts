import type { Incompatibility } from '../incompatibility.ts'
import type { RootCause } from '../root-cause.ts'
import type { SchemaNode } from '../schema-node.ts'

/**
 * What Avro Java reports in the place of a root cause: that of the outermost union on the way, or its own words. Where
 * Java gives a wrong place, as it does for types that it meets again, the words decide.
 */
export function findReported(
  root: SchemaNode,
  cause: RootCause,
  reported: readonly Incompatibility[],
): Incompatibility | undefined {
  const { within, path } = cause
  const type = within === undefined ? cause.type : 'MISSING_UNION_BRANCH'
  const place = toLocation(root, within === undefined ? path : path.slice(0, within.depth))
  const isType = (one: Incompatibility): boolean =>
    one.type === type &&
    (within === undefined || one.message.endsWith(`: ${within.writer.type.toUpperCase()}`))
  const isThere = ({ location }: Incompatibility): boolean =>
    location === place || location.startsWith(place === '/' ? place : `${place}/`)
  return (
    reported.find((one) => isType(one) && isThere(one)) ??
    reported.find(isThere) ??
    reported.find(isType) ??
    reported[0]
  )
}

/** Where Avro Java is when it has followed a path up to the first union of the reader. */
function toLocation(root: SchemaNode, path: readonly string[]): string {
  let node: SchemaNode | undefined = root
  const tokens: string[] = []
  for (const [at, step] of path.entries()) {
    if (node?.type === 'array' && step === '[]') {
      tokens.push('items')
      node = node.items
    } else if (node?.type === 'map' && step === '{}') {
      tokens.push('values')
      node = node.values
    } else if (node?.type === 'record') {
      const index: number = node.fields.findIndex(({ name }) => name === step)
      tokens.push('fields', String(index))
      node = node.fields[index]?.type
      // A missing field is reported as such, not by its type.
      if (at < path.length - 1) tokens.push('type')
    }
  }
  return `/${tokens.join('/')}`
}
