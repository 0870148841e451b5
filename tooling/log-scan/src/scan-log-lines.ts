import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { collectFixtureSecrets } from './collect-fixture-secrets.ts'
import { findLeaks } from './find-leaks.ts'

/** What was found in the log lines of a test run. */
export interface LogScan {
  readonly lines: number
  /** Packages, apps and tools whose tests left lines. */
  readonly packages: number
  /** One a kind of leak and place, however many lines have it. */
  readonly findings: readonly LogFinding[]
  /** Packages and apps that write log lines, and whose tests left none: nothing is proved of them. */
  readonly mute: readonly string[]
}

/** Whether there were lines, of all who write some, and nothing was in them. */
export function isClean({ lines, findings, mute }: LogScan): boolean {
  return lines > 0 && findings.length === 0 && mute.length === 0
}

/** A place that logs what it must not. */
export interface LogFinding {
  /** Such as `packages/channels`. */
  readonly package: string
  /** The test whose run logged it, such as `test/take-webhook.test.ts`. */
  readonly testFile: string
  readonly kind: string
  /** One of the lines, cut, with the thing itself left out. */
  readonly excerpt: string
  readonly lines: number
}

/** Looks through every log line that the tests below `root` have left. */
export function scanLogLines(root: string): LogScan {
  const fixtures = collectFixtureSecrets(root)
  const findings = new Map<string, LogFinding>()
  const packages = new Set<string>()
  let count = 0
  for (const file of globSync('{packages,apps,tooling}/*/.reports/log-lines/*/*.jsonl', {
    cwd: root,
  }).toSorted()) {
    const [room = '', name = '', , , folder = ''] = file.split(sep)
    const [home, testFile] = [`${room}/${name}`, folder.replaceAll('+', '/')]
    packages.add(home)
    for (const line of readLines(join(root, file))) {
      if (line === '') continue
      count += 1
      for (const { kind, excerpt } of findLeaks(line, fixtures)) {
        const id = [home, testFile, kind, placeOf(line)].join(' ')
        const found = findings.get(id) ?? { package: home, testFile, kind, excerpt, lines: 0 }
        findings.set(id, { ...found, lines: found.lines + 1 })
      }
    }
  }
  const mute = packagesThatLog(root).filter((home) => !packages.has(home))
  return { lines: count, packages: packages.size, findings: [...findings.values()], mute }
}

function packagesThatLog(root: string): readonly string[] {
  const homes = globSync('{packages,apps}/*/src/**/*.ts', { cwd: root })
    .filter((file) => /logger\.(?:debug|info|warn|error)\(/.test(readFileSync(join(root, file), 'utf8')))
    .map((file) => file.split(sep).slice(0, 2).join('/'))
  return [...new Set(homes)].toSorted()
}

/** A test that starts meanwhile clears what its last run has left. */
function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** Which line of the source wrote it: its file where it is known, and its message. */
function placeOf(line: string): string {
  const { source = '', msg = '' } = parse(line)
  return `${source} ${msg}`
}

function parse(line: string): { readonly source?: string; readonly msg?: string } {
  try {
    return JSON.parse(line) as { readonly source?: string; readonly msg?: string }
  } catch {
    // Cut at the bound, or no JSON at all: it is looked through like any other.
    return {}
  }
}
