/**
 * `node tooling/mutations/src/main.ts [name ...]`: runs the witnesses of each named mutation with that rule switched off,
 * one after the other, and prints one line of JSON for each. The name `none` runs all witnesses with every rule in force.
 */
import { mutations } from './mutation-table.ts'
import { runWitnesses } from './run-witnesses.ts'

for (const name of process.argv.slice(2)) {
  const mutation = mutations.find((each) => each.name === name)
  if (mutation === undefined && name !== 'none') throw new Error(`there is no mutation ${name}`)
  const witnesses = mutation?.witnesses ?? mutations.flatMap((each) => each.witnesses)
  console.log(JSON.stringify({ name, report: await runWitnesses(witnesses, mutation) }))
}
