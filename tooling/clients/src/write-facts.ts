/**
 * `pnpm --filter @headwater/clients facts`: writes the table of facts in the README of packages/embedded from the reports
 * that the last runs of tooling/contract and tooling/clients left, on the embedded and on the real Kafka.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { factSuites } from './fact-suites.ts'
import { putFactTable } from './fact-table.ts'

const readme = join(import.meta.dirname, '../../../packages/embedded/README.md')
const rows = factSuites.map(({ name, count }) => ({ name, ...count() }))
writeFileSync(readme, putFactTable(readFileSync(readme, 'utf8'), rows))
