/** What one package may import beside `base`. */
export interface FloorRow {
  /** May be imported for anything. */
  readonly imports: readonly string[]
  /** May be imported by `import type` alone in `src`. */
  readonly typeImports: readonly string[]
}

const row = (imports: readonly string[] = [], typeImports: readonly string[] = []): FloorRow => ({
  imports,
  typeImports,
})

const allRooms = [
  'avro',
  'channels',
  'config',
  'consumer',
  'embedded',
  'events',
  'metrics',
  'outbox',
  'producer',
  'protocol',
  'schemas',
  'topics',
] as const

/**
 * The house of DESIGN.md: which published package may import which. Imports go down, and sideways only where a row says
 * so. A package that has no row may not exist; a row whose package does not exist yet waits for it.
 */
export const floorTable: Readonly<Record<string, FloorRow>> = {
  base: row(),
  // floor 0
  protocol: row(),
  config: row(),
  avro: row(),
  // floor 1
  schemas: row(['avro']),
  producer: row(['protocol']),
  consumer: row(['protocol'], ['producer']),
  topics: row(),
  embedded: row(['protocol', 'avro']),
  // floor 2
  events: row(['producer', 'schemas']),
  channels: row(['events', 'producer', 'schemas']),
  outbox: row(['producer']),
  metrics: row(
    [],
    allRooms.filter((room) => room !== 'metrics'),
  ),
  cli: row(allRooms),
  // What it writes imports the others; it imports none of them, but its tests look at what it writes.
  'create-headwater': row([], [...allRooms, 'cli']),
}

/** The scope of every package here. */
export const scope = '@headwater/'

/** The room that a specifier leads into, `producer` for `@headwater/producer/x`; undefined outside the scope. */
export function roomOf(specifier: string): string | undefined {
  return specifier.startsWith(scope) ? specifier.slice(scope.length).split('/')[0] : undefined
}
