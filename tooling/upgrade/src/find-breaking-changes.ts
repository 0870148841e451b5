/** Something that users of a released version may have written, and that the current API no longer has in that form. */
export interface BreakingChange {
  /** `@headwater/producer: interface SendOptions`. */
  readonly symbol: string
  /** What is gone, or what is now asked for. */
  readonly detail: string
}

/** Types whose members people write: a new member that is required breaks them. */
const isOptions = /(?:Options|Settings|Policy|Limits|Hooks|Credentials)`/

/** What people write beside options: records and what goes with them, and ports that they implement. */
const written = new Set([
  'ClaimCheckStore',
  'Clock',
  'Codec',
  'ConsumedOffsets',
  'ConsumedRecord',
  'CreateContext',
  'DomainEventDefinition',
  'DuplicateStore',
  'EventCodec',
  'EventDefinition',
  'EventSchema',
  'FaultScope',
  'GroupMetadata',
  'Link',
  'LinkFactory',
  'Logger',
  'LogicalTypeMapping',
  'NewTopic',
  'ProducerRecord',
  'ProgramContext',
  'SchemaInput',
  'SchemaReference',
  'SendTrace',
  'Timer',
])

/** Whether users make values of a type; `symbol` as in {@link BreakingChange}. */
function isWrittenByUsers(symbol: string): boolean {
  return isOptions.test(symbol) || written.has(symbol.slice(symbol.indexOf('`') + 1, -1))
}

/**
 * What a released API has that the current one has not, from their snapshots. New symbols, new optional members and new
 * values of a union break nobody; whatever else differs may, and is named. Types that are not exported by name are left
 * to the consumers, which compile against them.
 */
export function findBreakingChanges(released: string, current: string): readonly BreakingChange[] {
  const now = exportedSections(current)
  return [...exportedSections(released)].flatMap(([symbol, before]): BreakingChange[] => {
    const after = now.get(symbol)
    if (after === undefined) return [{ symbol, detail: 'is gone' }]
    const left = [...after]
    const missing = before.filter((fact) => {
      const index = left.indexOf(fact)
      if (index >= 0) left.splice(index, 1)
      return index < 0
    })
    const required = isWrittenByUsers(symbol) ? left.filter(isRequiredMember) : []
    return [
      ...missing.map((fact) => ({ symbol, detail: `no longer has: ${fact}` })),
      // What was changed is named already by what it was.
      ...(missing.length > 0 ? [] : required.map((fact) => ({ symbol, detail: `now requires: ${fact}` }))),
    ]
  })
}

/** The facts of each exported symbol by door, kind and name. */
function exportedSections(snapshot: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>()
  let door: string | undefined
  let facts: string[] = []
  for (const line of snapshot.split('\n')) {
    const [, heading] = /^## (.*)$/.exec(line) ?? []
    if (heading !== undefined) {
      door = heading.includes(', not exported') ? undefined : heading
      facts = []
    } else if (line.startsWith('Of other packages: ') && door !== undefined)
      sections.set(`${door}: names of other packages`, line.slice(19).split(', '))
    else if (line.startsWith('### ') && door !== undefined)
      sections.set(`${door}: ${line.slice(4)}`, (facts = []))
    else if (line !== '' && !line.startsWith('```')) facts.push(...toFacts(line.trim()))
  }
  return sections
}

/**
 * A line as facts that hold or not by themselves: a union of plain names is one fact a name, and so are the types that an
 * interface extends.
 */
function toFacts(line: string): readonly string[] {
  const [, name, bases] = /^(interface \w+)(?: extends ([\w, ]+))? \{$/.exec(line) ?? []
  if (name !== undefined) return [name, ...(bases?.split(', ').map((base) => `extends ${base}`) ?? [])]
  const [, head, union] =
    /^(type \w+ =|(?:readonly )?[\w$]+\??:) ?([^(){}<>]+\|[^(){}<>]+?);?$/.exec(line) ?? []
  // A union over several lines has one member a line already.
  if (head === undefined || union === undefined) return [line.replace(/^\| /, '')]
  return union.split('|').map((member) => `${head} ${member.trim()}`)
}

const isRequiredMember = (fact: string): boolean => /^(?:readonly )?[\w$]+(?::|\()/.test(fact)
