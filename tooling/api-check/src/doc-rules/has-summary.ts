import type { DocProblem } from '../doc-problem.ts'
import type { ApiSymbol } from '../package-api.ts'
import { membersToDocument } from './members-to-document.ts'

/** What stands before the first tag, with inline links as they are. */
function summaryOf(doc: string | undefined): string {
  return (doc ?? '')
    .split(/(?:^|\s)@(?:defaultValue|default|throws|param|returns|typeParam|example|deprecated)\b/)[0]!
    .trim()
}

/** Every exported symbol says what it is for, and so does every option. */
export function hasSummary(room: string, symbol: ApiSymbol): readonly DocProblem[] {
  const own = symbol.declarations.some(({ doc }) => summaryOf(doc) !== '')
  const members = membersToDocument(symbol).filter(({ doc }) => summaryOf(doc) === '')
  return [
    ...(own
      ? []
      : [{ room, symbol: symbol.name, rule: 'summary', message: 'says nothing of what it is for' } as const]),
    ...members.map(
      ({ name }) =>
        ({
          room,
          symbol: `${symbol.name}.${name}`,
          rule: 'summary',
          message: 'says nothing of what it does',
        }) as const,
    ),
  ]
}
