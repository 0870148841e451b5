import { compareText } from './parse-schema-set.ts'

/** Something in the module that wants a name. */
export interface NameClaim {
  /** The full name of a type, or what stands for it. */
  readonly key: string
  /** The name that it gets if it can, then longer ones. */
  readonly wishes: readonly string[]
  /** What is put behind the name for its other declarations, such as `Input`. */
  readonly suffixes: readonly string[]
}

/** Words that cannot name a type or a constant in a strict module, and names that the generated text uses itself. */
const taken = new Set(
  (
    'any arguments as async await bigint boolean break case catch class const continue debugger declare default delete do ' +
    'else enum eval export extends false finally for from function if implements import in infer instanceof interface ' +
    'is keyof let module namespace never new null number object of package private protected public readonly require ' +
    'return static string super switch symbol this throw true try type typeof undefined unique unknown var void while ' +
    'with yield Buffer Record Readonly Exclude OneOf Events EventInputs eventSchemas schemaFingerprints'
  ).split(' '),
)

/**
 * Gives every claim its first wish that nobody else has. Claims that wish for the same name all get their next wish:
 * which of them came first must not decide. One whose name with a suffix is another's name gives way to it.
 */
export function resolveTypeNames(
  claims: readonly NameClaim[],
  reserved: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const sorted = claims.toSorted((a, b) => compareText(a.key, b.key))
  const steps = new Map(sorted.map(({ key }) => [key, 0]))
  const nameOf = (claim: NameClaim, index: number): string => {
    const step = steps.get(claim.key) ?? 0
    const over = step - claim.wishes.length
    return claim.wishes[step] ?? `${claim.wishes.at(-1)}_${index + 1}${'_'.repeat(over)}`
  }
  for (;;) {
    const names = sorted.map(nameOf)
    const count = new Map<string, number>()
    for (const name of names) count.set(name, (count.get(name) ?? 0) + 1)
    const isTaken = (name: string): boolean => taken.has(name) || reserved.has(name)
    const derived = new Map<string, number>()
    for (const [index, { suffixes }] of sorted.entries()) {
      for (const suffix of suffixes) {
        const name = names[index]! + suffix
        derived.set(name, (derived.get(name) ?? 0) + 1)
      }
    }
    const losers = sorted.filter(({ suffixes }, index) => {
      const name = names[index]!
      return (
        isTaken(name) ||
        count.get(name)! > 1 ||
        suffixes.some(
          (each) => isTaken(name + each) || count.has(name + each) || derived.get(name + each)! > 1,
        )
      )
    })
    if (losers.length === 0) return new Map(sorted.map(({ key }, index) => [key, names[index]!]))
    for (const { key } of losers) steps.set(key, steps.get(key)! + 1)
  }
}

/** `com.acme.orders` as `ComAcmeOrders`, `order-placed` as `OrderPlaced`: the start of an identifier, or empty. */
export function toPascalCase(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const joined = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
  return /^\d/.test(joined) ? `_${joined}` : joined
}
