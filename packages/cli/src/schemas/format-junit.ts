import { directionsOf } from './directions-of.ts'
import type { Report, ReportFinding, ReportResult } from './report.ts'

interface TestCase {
  readonly name: string
  readonly failures: readonly ReportFinding[]
}

/**
 * JUnit's XML: a suite for each subject and baseline, a case for each version and direction that was compared, also
 * those that passed, and a case for each problem. What is accepted or only a warning passes.
 */
export function formatJunit(report: Report): string {
  const suites = report.results.map(toSuite)
  if (report.problems.length > 0) {
    const cases = report.problems.map(({ code, file, line, message, fix }) => {
      const name = [code, file ?? '', line === null ? '' : `line ${line}`]
        .filter((part) => part !== '')
        .join(' ')
      return `    <testcase classname="problems" name="${escape(name)}">\n      <error type="${code}" message="${escape(message)}">${escape(`fix: ${fix}`)}</error>\n    </testcase>`
    })
    suites.unshift(toXmlSuite('problems', cases, 0, cases.length))
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="headwater schemas">\n${suites.join('\n')}\n</testsuites>\n`
}

function toSuite(result: ReportResult): string {
  const cases = toCases(result)
  const failed = cases.filter(({ failures }) => failures.length > 0).length
  return toXmlSuite(
    `${result.subject} vs ${result.baseline}`,
    cases.map((testCase) => toXmlCase(result.subject, testCase)),
    failed,
    0,
  )
}

function toCases({ mode, comparedWith, findings, status }: ReportResult): readonly TestCase[] {
  const open = findings.filter(
    ({ severity, accepted }) => severity === 'break' && (accepted === null || accepted.expired),
  )
  const cases = comparedWith.flatMap((version) =>
    directionsOf(mode).map((direction): TestCase => ({
      name: `${direction} with ${version}`,
      failures: open.filter(
        (finding) => finding.direction === direction && finding.versions.includes(version),
      ),
    })),
  )
  const told = new Set(cases.flatMap(({ failures }) => failures))
  const others = open.filter((finding) => !told.has(finding))
  if (cases.length === 0) return [{ name: status, failures: others }]
  // What is no one's reading of a version in particular: a rule that the configuration has made an error.
  return others.length === 0 ? cases : [...cases, { name: 'other rules', failures: others }]
}

function toXmlSuite(name: string, cases: readonly string[], failures: number, errors: number): string {
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}"`
  return `  <testsuite name="${escape(name)}" ${counts}>\n${cases.join('\n')}\n  </testsuite>`
}

function toXmlCase(subject: string, { name, failures }: TestCase): string {
  const head = `    <testcase classname="${escape(subject)}" name="${escape(name)}"`
  if (failures.length === 0) return `${head}/>`
  const bodies = failures.map(({ ruleId, message, detail, fix, location }) => {
    const place = location === null ? '' : `${location.file}:${location.line}:${location.column}\n`
    const more = detail === null ? '' : `${detail}\n`
    return `      <failure type="${ruleId}" message="${escape(message)}">${escape(`${place}${more}fix: ${fix}`)}</failure>`
  })
  return `${head}>\n${bodies.join('\n')}\n    </testcase>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

/** XML 1.0 has no way to write most control characters, nor these two beside them, so they are left out. */
function escape(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\t\n]|[\uFFFE\uFFFF\p{Cs}]/gu, '')
    .replaceAll(/[&<>"\n]/g, (sign) => entities[sign]!)
}
