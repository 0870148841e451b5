/**
 * The least that a check of a history could do: reads every recorded version and gives it to `JSON.parse`, one after
 * the other.
 *
 *     node parse-texts.ts <folder of the project>
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const history = join(process.argv[2]!, 'schemas/.history')
let versions = 0
for (const subject of readdirSync(history)) {
  for (const file of readdirSync(join(history, subject))) {
    if (!file.endsWith('.avsc')) continue
    JSON.parse(readFileSync(join(history, subject, file), 'utf8'))
    versions++
  }
}
process.stdout.write(`${versions}\n`)
