/** One thing that is wrong, or suspicious, in a configuration. Never carries the value of a variable. */
export interface ConfigFinding {
  /** The variable to look at. */
  readonly variable: string
  /** What is the matter, as the rest of a sentence that starts with the variable. */
  readonly problem: string
  /** What was found there without saying what it says: `a string of 12 characters`, `not set`. */
  readonly shape: string
  /** What to do. */
  readonly fix: string
}

/** One finding on one line. */
export function toLine(finding: ConfigFinding): string {
  return `${finding.variable} ${finding.problem} (${finding.shape}). ${finding.fix}`
}

/** The outside of a value: enough to see an accident, too little to learn a secret. */
export function shapeOf(value: unknown): string {
  if (value === undefined) return 'not set'
  if (value === null) return 'null'
  if (typeof value === 'string') {
    if (value === '') return 'an empty string'
    return value.trim() === '' ? 'only white space' : `a string of ${count(value.length, 'character')}`
  }
  if (Array.isArray(value)) return `a list of ${count(value.length, 'entry', 'entries')}`
  return /^[aeiou]/.test(typeof value) ? `an ${typeof value}` : `a ${typeof value}`
}

function count(amount: number, one: string, many: string = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`
}
