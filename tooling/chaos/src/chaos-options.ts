import { parseArgs } from 'node:util'
import { clientNames } from './client-modules.ts'
import { scenarios } from './scenario-table.ts'
import type { Scenario } from './scenario.ts'

/** What `pnpm chaos` is told. */
export interface ChaosOptions {
  /** For each client and scenario. */
  readonly records: number
  /** A second, for each client. */
  readonly rate: number
  readonly scenarios: readonly Scenario[]
  readonly clients: readonly string[]
  readonly seed: number
  readonly jsonFile: string | undefined
  readonly writeDocs: boolean
}

/** How the command is used. */
export const usage: string = `pnpm chaos [options]
  --records N        records that each client sends in each scenario    default: 200000
  --rate N           records a second that each client sends            default: 3000
  --scenarios a,b    default: all, which are ${scenarios.map(({ name }) => name).join(', ')}
  --clients a,b      default: all, which are ${clientNames.join(', ')}
  --seed S           what chance is drawn from                          default: the clock
  --json file        writes all figures
  --write-docs       writes the tables into docs/reliability.md (then: pnpm format)`

/** @throws Error that says which option cannot be */
export function parseChaosOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      records: { type: 'string', default: '200000' },
      rate: { type: 'string', default: '3000' },
      scenarios: { type: 'string' },
      clients: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
    },
  })
  const names = values.scenarios?.split(',') ?? scenarios.map(({ name }) => name)
  const clients = values.clients?.split(',') ?? clientNames
  const unknown = clients.find((client) => !clientNames.includes(client))
  if (unknown !== undefined)
    throw new RangeError(`There is no client ${unknown}; there are ${clientNames.join(', ')}`)
  return {
    records: toCount('records', values.records),
    rate: toCount('rate', values.rate),
    scenarios: names.map(findScenario),
    clients,
    seed: (values.seed === undefined ? Date.now() : toCount('seed', values.seed)) >>> 0,
    jsonFile: values.json,
    writeDocs: values['write-docs'],
  }
}

function toCount(option: string, text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new RangeError(`--${option} is a whole number from 1, not ${text}`)
}

function findScenario(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found !== undefined) return found
  throw new RangeError(
    `There is no scenario ${name}; there are ${scenarios.map((scenario) => scenario.name).join(', ')}`,
  )
}
