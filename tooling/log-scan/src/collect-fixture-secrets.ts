import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A text of the tests that no log line may hold. */
export interface FixtureSecret {
  readonly kind: string
  readonly value: string
}

/** Where fixtures are. */
const places = [
  'packages/*/test/**/*.ts',
  'apps/*/test/**/*.ts',
  'tooling/*/test/**/*.ts',
  'apps/demo/src/mail*.ts',
]

/** Assignments in TypeScript, by what the name on their left says. */
const assignments: readonly {
  readonly kind: string
  readonly names: string
  readonly holds: (value: string) => boolean
}[] = [
  {
    kind: 'secret of a fixture',
    names: String.raw`\w*(?:password|passphrase|secret|secretaccesskey|token|api_?keys?|signing_?key)`,
    holds: isTelling,
  },
  {
    kind: 'telephone number of a fixture',
    names: String.raw`(?:from|to|wa_id|phone|phone_number|display_phone_number|recipient_id|sender)`,
    holds: (value) => /^\+?\d{10,15}$/.test(value),
  },
  { kind: 'record key of a fixture', names: 'key', holds: (value) => value.length >= 6 && isTelling(value) },
  {
    kind: 'payload of a fixture',
    names: '(?:subject|text|body|value|payload|caption|html)',
    holds: (value) => value.length >= 10 && value.length <= 120 && value.includes(' '),
  },
  {
    kind: 'person of a fixture',
    names: '(?:name|profile_name|display_name|fromname|author)',
    holds: (value) => /^\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+$/u.test(value),
  },
]

/** Texts that are fixtures by their name, and words of our own messages all the same; each with where it is said. */
const ownWords: ReadonlySet<string> = new Set([
  // The broker's answer to wrong credentials, in tooling/contract.
  'Authentication failed: Invalid username or password',
])

/** The secrets, numbers, keys and payloads that the sources of tests below `root` are full of. */
export function collectFixtureSecrets(root: string): readonly FixtureSecret[] {
  const found = new Map<string, string>()
  for (const file of globSync([...places], { cwd: root }).toSorted()) {
    if (file.includes('node_modules') || file.startsWith(join('tooling', 'log-scan'))) continue
    for (const { kind, value } of secretsOf(readFileSync(join(root, file), 'utf8'))) {
      if (!ownWords.has(value)) found.set(value, found.get(value) ?? kind)
    }
  }
  return [...found].map(([value, kind]) => ({ value, kind }))
}

/** What one source assigns to names that say what it is. */
export function secretsOf(source: string): readonly FixtureSecret[] {
  const subjects = [...source.matchAll(/\bSubject: (?<value>[^\\'"`$\n]{6,120})/g)]
  return [
    ...subjects.map(({ groups }) => ({ kind: 'subject of a fixture', value: groups?.['value'] ?? '' })),
    ...assigned(source),
  ]
}

function assigned(source: string): readonly FixtureSecret[] {
  return assignments.flatMap(({ kind, names, holds }) => {
    const pattern = new RegExp(
      String.raw`(?<![\w.])['"]?${names}['"]?\s*[:=]\s*(['"\`])(?<value>[^'"\`\\$\n]{6,200})\1`,
      'gi',
    )
    return [...source.matchAll(pattern)]
      .map(({ groups }) => groups?.['value'] ?? '')
      .filter(holds)
      .map((value) => ({ kind, value }))
  })
}

/** Not one plain word: those stand in messages, too, and would be found everywhere. */
function isTelling(value: string): boolean {
  return /[\d:!@#/.]/.test(value) || /\w [\w]+ \w/.test(value)
}
