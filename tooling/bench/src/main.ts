/**
 * `pnpm bench [what] [rounds]`: measures, prints a table and writes it as JSON to `.reports/` of this package. What can
 * be measured is in the table below; the producer, when nothing is named.
 *
 *     node tooling/bench/src/main.ts [what] [rounds]     default: producer 3
 */
type Bench = (rounds: number) => Promise<void>

/** Loaded when asked for, so that no bench needs the dependencies of another. */
const benches: ReadonlyMap<string, () => Promise<Bench>> = new Map([
  ['producer', async () => (await import('./bench-producer.ts')).benchProducer],
  ['schemas', async () => (await import('./bench-schemas.ts')).benchSchemas],
  ['intake', async () => (await import('./intake/bench-intake.ts')).benchIntake],
  ['schemas-check', async () => (await import('./schemas-check/bench-schemas-check.ts')).benchSchemasCheck],
])

const given = process.argv.slice(2)
const what = given[0] !== undefined && Number.isNaN(Number(given[0])) ? given.shift()! : 'producer'
const rounds = Number(given[0] ?? 3)
if (!Number.isInteger(rounds) || rounds < 1)
  throw new RangeError(`rounds must be a whole number from 1, not ${given[0]}`)
const load = benches.get(what)
if (load === undefined) throw new RangeError(`give one of ${[...benches.keys()].join(', ')}, not ${what}`)
const bench = await load()
await bench(rounds)
