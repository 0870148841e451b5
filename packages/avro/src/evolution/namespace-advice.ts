import type { NamedNode } from '../schema-node.ts'
import type { AdviceDraft } from './advice-draft.ts'
import type { MatchedTypes } from './match-schemas.ts'
import { textList } from './schema-paste.ts'
import type { AdviceContext } from './type-advice.ts'

/** One advice for each namespace that types left for another one, at the first of the types. */
export function adviseOnNamespaces(
  matches: readonly MatchedTypes[],
  context: AdviceContext,
): readonly AdviceDraft[] {
  const moves = new Map<
    string,
    { readonly path: readonly string[]; readonly pairs: [NamedNode, NamedNode][] }
  >()
  for (const { path, before, now } of matches) {
    if (!('fullName' in before) || !('fullName' in now) || before.name !== now.name) continue
    if (before.namespace === now.namespace) continue
    // An alias is the new reader's alone.
    if (now.aliases.includes(before.fullName) && !context.directions.includes('forward')) continue
    const key = `${before.namespace ?? ''} ${now.namespace ?? ''}`
    const move = moves.get(key) ?? { path, pairs: [] }
    if (!move.pairs.some(([, is]) => is === now)) move.pairs.push([before, now])
    moves.set(key, move)
  }
  return [...moves].map(([key, { path, pairs }]) => toDraft(key, path, pairs, context))
}

function toDraft(
  key: string,
  path: readonly string[],
  pairs: readonly [NamedNode, NamedNode][],
  { directions }: AdviceContext,
): AdviceDraft {
  const [before, now] = pairs[0]!
  const names = pairs.map(([, { name }]) => name).join(', ')
  const keep = `"namespace": ${JSON.stringify(before.namespace ?? '')}`
  const canAlias = before.namespace !== undefined && !directions.includes('forward')
  const aliases = pairs.map(
    ([was, is]) => `"aliases": ${textList([...is.aliases, was.fullName])} in ${is.name}`,
  )
  return {
    ruleId: 'namespace-changed',
    path,
    before,
    now,
    message: `${names} ${pairs.length === 1 ? 'was' : 'were'} in ${spaceName(before)} and ${pairs.length === 1 ? 'is' : 'are'} in ${spaceName(now)}: registries do not look at namespaces, but avsc takes them for other types, and Avro Java does so for enums and fixed types in unions.`,
    fix: canAlias ? `keep ${keep}, or add ${aliases.join(', ')}` : `keep ${keep}`,
    key,
  }
}

function spaceName({ namespace }: NamedNode): string {
  return namespace === undefined ? 'no namespace' : `the namespace ${namespace}`
}
