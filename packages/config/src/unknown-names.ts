import { editDistance } from './edit-distance.ts'
import { shapeOf, type ConfigFinding } from './finding.ts'
import { isInjectedAddress, isInjectedName } from './kubernetes-names.ts'
import { stageOf } from './topic-variables.ts'
import { knownNames } from './variables.ts'

/** A name further away than this share of its length is a different name, not a slip. */
const SLIP = 0.34

/** A warning for every `KAFKA_*` variable that nothing reads, with the one that was probably meant. */
export function unknownNames(source: Readonly<Record<string, unknown>>): ConfigFinding[] {
  return Object.keys(source)
    .filter((name) => name.startsWith('KAFKA_') && source[name] !== undefined)
    .filter((name) => !knownNames.has(name) && stageOf(name) === undefined && !isInjectedName(name))
    .filter((name) => !isInjectedAddress(name, String(source[name])))
    .map((name) => {
      const near = nearest(name)
      const fix = near === undefined ? 'Remove it if it was meant for Headwater.' : `Did you mean ${near}?`
      return { variable: name, problem: 'is not a variable of Headwater', shape: shapeOf(source[name]), fix }
    })
}

function nearest(name: string): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const known of knownNames) {
    const distance = lacksOneWord(name, known) ? 1 : editDistance(name, known)
    if (distance <= name.length * SLIP && (best === undefined || distance < best.distance)) {
      best = { name: known, distance }
    }
  }
  return best?.name
}

/** Whether a name is a known one without one of its words: `KAFKA_LINGER_MS` without `PRODUCER`. */
function lacksOneWord(name: string, known: string): boolean {
  const words = known.split('_')
  return words.some((_, index) => words.toSpliced(index, 1).join('_') === name)
}
