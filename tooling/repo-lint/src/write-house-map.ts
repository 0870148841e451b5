/** `pnpm house-map`: writes the map of the house in DESIGN.md from the imports. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { houseMap, houseMapMarkers } from './house-map.ts'
import { loadRepo } from './load-repo.ts'
import { runTool } from './run-tool.ts'

const root = join(import.meta.dirname, '../../..')
const path = join(root, 'DESIGN.md')
const { start, end } = houseMapMarkers
const [before, rest = ''] = readFileSync(path, 'utf8').split(start)
const [, after] = rest.split(end)
if (after === undefined) throw new Error(`DESIGN.md has no ${start} and ${end}`)
writeFileSync(path, `${before}${start}\n\n${houseMap(loadRepo(root))}\n\n${end}${after}`)
const { exitCode, output } = await runTool(['oxfmt', 'DESIGN.md'], root)
if (exitCode !== 0) throw new Error(output)
