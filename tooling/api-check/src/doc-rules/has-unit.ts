import type { DocProblem } from '../doc-problem.ts'
import type { MemberView } from '../declaration-file.ts'
import type { ApiSymbol } from '../package-api.ts'
import { membersToDocument } from './members-to-document.ts'

/** `lingerMs`, `maxBytes`; a plural counts what it names: `maxFields`, `retries`. */
const unitInName = /(?:Ms|Bytes|Seconds|Days|Mb|Per[A-Z]\w+|[a-z]s)$/
const unitInDoc =
  /\b(?:milliseconds|seconds|minutes|hours|days|bytes|KiB|MiB|percent|share|ratio|factor|levels?|how many|how often|number of|count of|attempts|times)\b/i
/** Numbers that are names of something and measure nothing. */
const nameless = /(?:^|[a-z])(?:port|id|version|epoch|offset|partition|code|status|acks|seed|level)$/i

/** Every option that is a number says in what it is counted, by its name or in its documentation. */
export function hasUnit(room: string, symbol: ApiSymbol): readonly DocProblem[] {
  return membersToDocument(symbol)
    .filter(isNumber)
    .filter(({ name, doc }) => !unitInName.test(name) && !unitInDoc.test(doc ?? '') && !nameless.test(name))
    .map(({ name }) => ({
      room,
      symbol: `${symbol.name}.${name}`,
      rule: 'unit',
      message: 'is a number without a unit: say in what it is counted',
    }))
}

function isNumber({ typeText }: MemberView): boolean {
  return typeText.split('|').some((part) => part.trim() === 'number')
}
