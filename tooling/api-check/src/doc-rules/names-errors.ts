import type { DocProblem } from '../doc-problem.ts'
import type { ApiSymbol } from '../package-api.ts'
import type { ThrownError, ThrownErrors } from '../thrown-errors.ts'

/** Every exported function, and every public method of an exported class, names the errors that it throws. */
export function namesErrors(room: string, symbol: ApiSymbol, thrown: ThrownErrors): readonly DocProblem[] {
  const [first] = symbol.declarations
  if (first === undefined) return []
  const documented =
    first.kind === 'class'
      ? first.members
          .filter(({ isMethod, name }) => isMethod && !(symbol.typeOnly && name === 'constructor'))
          .map(({ name, doc }) => ({
            name: `${first.name}.${name}`,
            // What making an instance throws may stand with the class.
            doc: name === 'constructor' ? `${doc ?? ''} ${first.doc ?? ''}` : (doc ?? ''),
          }))
      : [{ name: first.name, doc: symbol.declarations.map(({ doc }) => doc ?? '').join(' ') }]
  return documented.flatMap(({ name, doc }): DocProblem[] => {
    const missing = (thrown.get(name) ?? []).filter((error) => !isNamed(error, doc))
    if (missing.length === 0) return []
    const names = [...new Set(missing.map(({ type, code }) => code ?? type ?? 'an error'))].join(', ')
    return [{ room, symbol: name, rule: 'throws', message: `throws ${names}: say when, with @throws` }]
  })
}

function isNamed({ type, code }: ThrownError, doc: string): boolean {
  const [, tags] = /@throws\b([^]*)/.exec(doc) ?? []
  if (tags === undefined) return false
  // A closed set of codes is documented with the error; naming either is enough.
  return type === undefined || tags.includes(type) || (code !== undefined && tags.includes(code))
}
