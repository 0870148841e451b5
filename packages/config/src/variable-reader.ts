import { shapeOf, type ConfigFinding } from './finding.ts'
import { isInjectedAddress } from './kubernetes-names.ts'
import { readNamedFile } from './read-file.ts'
import type { Variable, VariableTable } from './variable.ts'
import { variables } from './variables.ts'

/**
 * Where the settings come from: `process.env`, or an object with the same names, whose values may also be numbers,
 * booleans and lists of strings.
 */
export type ConfigSource = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** What of a profile a reader needs. */
export interface Defaults {
  readonly required: readonly string[]
  readonly defaults: Readonly<Record<string, string>>
}

interface Found {
  /** The name under which it was found: an alias or a file twin, perhaps. */
  readonly name: string
  /** The text; undefined when the value cannot be had, which was reported. */
  readonly text: string | undefined
}

/** Reads variables out of a source and collects everything that is wrong on the way. */
export class VariableReader {
  readonly problems: ConfigFinding[] = []
  readonly warnings: ConfigFinding[] = []
  readonly #source: ConfigSource
  readonly #profile: Defaults

  constructor(source: ConfigSource, profile: Defaults) {
    this.#source = source
    this.#profile = profile
  }

  /** Whether somebody set the variable, under whichever name, well or badly. A default does not count. */
  isSet(variable: Variable): boolean {
    return this.#namesOf(variable).some((name) => this.#textAt(name) !== undefined)
  }

  /** The shape of what is there, be it empty. */
  shape(variable: Variable): string {
    const names = this.#namesOf(variable)
    const set = names.find((name) => this.#textAt(name) !== undefined)
    const name = set ?? names.find((candidate) => this.#source[candidate] !== undefined)
    return shapeOf(name === undefined ? undefined : this.#source[name])
  }

  /** Reports a problem with a variable. */
  reject(variable: Variable, problem: string, fix: string): void {
    this.problems.push({ variable: variable.name, problem, shape: this.shape(variable), fix })
  }

  /** Reports something that works and is probably not meant. */
  warn(variable: Variable, problem: string, fix: string): void {
    this.warnings.push({ variable: variable.name, problem, shape: this.shape(variable), fix })
  }

  /** The values of a group: only those that are set or have a default, and are valid. */
  readGroup<Settings extends object>(table: VariableTable<Settings>): Partial<Settings> {
    const settings: Partial<Settings> = {}
    for (const key of Object.keys(table) as (keyof Settings)[]) {
      const value = this.read(table[key])
      if (value !== undefined) settings[key] = value
    }
    return settings
  }

  /** One value; undefined when there is none, or when it is wrong, which is reported. */
  read<Value>(variable: Variable<Value>): Value | undefined {
    const found = this.#find(variable)
    if (found === undefined) return this.#readDefault(variable)
    return found.text === undefined ? undefined : this.parse(variable, found.name, found.text)
  }

  /** Turns a text into a variable's value and reports what is wrong under `name`. */
  parse<Value>(variable: Variable<Value>, name: string, text: string): Value | undefined {
    const result = variable.kind.schema.safeParse(text)
    if (result.success) return result.data
    for (const issue of result.error.issues) {
      const shape = shapeOf(this.#source[name])
      this.problems.push({
        variable: name,
        problem: issue.message,
        shape,
        fix: `Set it to ${variable.kind.wanted}.`,
      })
    }
    return undefined
  }

  /** The names that are set and match, for families of variables. */
  namesMatching(matches: (name: string) => boolean): string[] {
    return Object.keys(this.#source).filter((name) => matches(name) && this.#textAt(name) !== undefined)
  }

  /** The text of a name as it is, trimmed; undefined for a name that is not set. */
  text(name: string): string | undefined {
    return this.#textAt(name)?.trim()
  }

  #readDefault<Value>(variable: Variable<Value>): Value | undefined {
    if (this.#profile.required.includes(variable.name)) {
      const fix = `Set it to ${variable.kind.wanted}, or choose HEADWATER_PROFILE=dev for a development machine.`
      this.reject(variable, 'is missing', fix)
      return undefined
    }
    const other = variables.find((candidate) => candidate.name === variable.defaultFrom)
    // What is wrong with the other variable is reported where that one is read.
    const text =
      other === undefined
        ? (this.#profile.defaults[variable.name] ?? variable.default)
        : (this.text(other.name) ?? this.#profile.defaults[other.name] ?? other.default)
    if (text === undefined) return undefined
    const result = variable.kind.schema.safeParse(text)
    return result.success ? result.data : undefined
  }

  #namesOf(variable: Variable): string[] {
    const names = [variable.name, ...(variable.aliases ?? [])]
    return variable.secret === true ? names.flatMap((name) => [name, `${name}_FILE`]) : names
  }

  #find(variable: Variable): Found | undefined {
    let first: Found | undefined
    for (const name of this.#namesOf(variable)) {
      const raw = this.#textAt(name)
      if (raw === undefined) continue
      const isFile = variable.secret === true && name.endsWith('_FILE')
      const found: Found = {
        name,
        text: isFile ? this.#secretOf(name, raw) : this.#clean(variable, name, raw),
      }
      if (first === undefined) first = found
      else if (found.text !== undefined && first.text !== undefined && found.text !== first.text) {
        const problem = `is set to something else than ${first.name}, which means the same`
        this.problems.push({
          variable: name,
          problem,
          shape: shapeOf(this.#source[name]),
          fix: 'Set one of the two.',
        })
      }
    }
    return first
  }

  #clean(variable: Variable, name: string, raw: string): string {
    if (variable.secret !== true) return raw.trim()
    this.#warnOfSpace(name, raw, 'begins')
    return raw
  }

  #warnOfSpace(name: string, secret: string, begins: string): void {
    if (secret === secret.trim()) return
    this.warnings.push({
      variable: name,
      problem: `${begins} or ends with white space, which counts as part of the secret`,
      shape: shapeOf(this.#source[name]),
      fix: 'Remove it if it came by accident.',
    })
  }

  /** A secret out of a file; editors and `echo` end files with a line break that is no part of the secret. */
  #secretOf(name: string, path: string): string | undefined {
    const file = readNamedFile(path.trim())
    const text = file.fault === undefined ? file.text.replace(/\r?\n$/, '') : ''
    if (text.trim() !== '') {
      this.#warnOfSpace(name, text, 'names a file that begins')
      return text
    }
    this.problems.push({
      variable: name,
      problem: file.fault ?? 'names a file that is empty',
      shape: shapeOf(this.#source[name]),
      fix: 'Set it to the path of a readable file that holds the secret and nothing else.',
    })
    return undefined
  }

  /** Empty counts as not set: `docker compose` passes `NAME=` for what the host does not have. */
  #textAt(name: string): string | undefined {
    const value = this.#source[name]
    if (value === undefined || value === null) return undefined
    const text = Array.isArray(value) ? value.join(',') : String(value)
    return text.trim() === '' || isInjectedAddress(name, text) ? undefined : text
  }
}
