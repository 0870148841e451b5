import { profiles } from './profiles.ts'
import type { Variable } from './variable.ts'
import { variables } from './variables.ts'

/** One variable, as a table of documentation shows it. */
export interface ConfigRow {
  readonly variable: string
  /** Older names of the same variable. */
  readonly aliases: readonly string[]
  readonly type: string
  /** The default in words; empty when there is none. */
  readonly default: string
  readonly meaning: string
  /** Whether it is a secret: then `<variable>_FILE` may name a file that holds it. */
  readonly secret: boolean
}

/** Every variable, from the same definitions that parse the environment. */
export function describeConfig(): readonly ConfigRow[] {
  return variables.map((variable) => ({
    variable: variable.name,
    aliases: variable.aliases ?? [],
    type: variable.kind.type,
    default: defaultOf(variable),
    meaning: variable.meaning,
    secret: variable.secret === true,
  }))
}

/** The table of {@link describeConfig} in Markdown, as the README shows it. */
export function configTable(): string {
  const rows = describeConfig().map((row) => {
    const name = row.variable.includes('<')
      ? `\`${row.variable}\``
      : [row.variable, ...row.aliases].map(code).join(' or ')
    return [name, row.secret ? `${row.type}; secret` : row.type, row.default, row.meaning]
  })
  const lines = [['Variable', 'Type', 'Default', 'Meaning'], ['---', '---', '---', '---'], ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function code(text: string): string {
  return `\`${text}\``
}

function defaultOf(variable: Variable): string {
  if (variable.defaultFrom !== undefined) return code(variable.defaultFrom)
  const base = variable.default
  const byProfile = Object.entries(profiles).map(([name, profile]) => {
    const value = profile.defaults[variable.name] ?? base
    const text = profile.required.includes(variable.name)
      ? 'required'
      : value === undefined
        ? ''
        : code(value)
    return { name, text }
  })
  const texts = new Set(byProfile.map(({ text }) => text))
  if (texts.size === 1) return byProfile[0]?.text ?? ''
  return [...texts]
    .filter((text) => text !== '')
    .map(
      (text) =>
        `${byProfile.flatMap((entry) => (entry.text === text ? [entry.name] : [])).join(', ')}: ${text}`,
    )
    .join('; ')
}
