import { editDistance } from './edit-distance.ts'
import { shapeOf, type ConfigFinding } from './finding.ts'
import { isInjectedName } from './kubernetes-names.ts'
import { stageOf } from './topic-variables.ts'
import { knownNames } from './variables.ts'

/** A name further away than this share of its length is a different name, not a slip. */
const SLIP = 0.34

/** A warning for every `KAFKA_*` variable that nothing reads, with the one that was probably meant. */
export function unknownNames(source: Readonly<Record<string, unknown>>): ConfigFinding[] {
  return Object.keys(source)
    .filter((name) => name.startsWith('KAFKA_') && source[name] !== undefined)
    .filter((name) => !knownNames.has(name) && stageOf(name) === undefined && !isInjectedName(name))
    .map((name) => {
      const near = nearest(name)
      const fix = near === undefined ? 'Remove it if it was meant for Headwater.' : `Did you mean ${near}?`
      return { variable: name, problem: 'is not a variable of Headwater', shape: shapeOf(source[name]), fix }
    })
}

function nearest(name: string): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const known of knownNames) {
    const distance = editDistance(name, known)
    if (distance <= name.length * SLIP && (best === undefined || distance < best.distance)) {
      best = { name: known, distance }
    }
  }
  return best?.name
}
