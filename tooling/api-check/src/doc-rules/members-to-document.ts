import type { MemberView } from '../declaration-file.ts'
import type { ApiSymbol } from '../package-api.ts'

/** Types whose members people set, by their names. */
const isOptions = /(?:Options|Settings|Policy|Limits)$/

/** The members of a symbol that people set: those of option types. */
export function membersToDocument({ name, declarations }: ApiSymbol): readonly MemberView[] {
  if (!isOptions.test(name)) return []
  return declarations.filter(({ kind }) => kind !== 'class').flatMap(({ members }) => members)
}
