import type { RegistrationStep } from './apply-registration.ts'
import { formatHuman, formatProblems } from './format-human.ts'
import { onOneLine } from './on-one-line.ts'
import type { Report, ReportProblem } from './report.ts'
import type { SchemasProblem } from './schemas-problem.ts'

/** What `headwater schemas register` did, or would do. */
export interface Registration {
  /** Base address, without a login; null where there was none to ask. */
  readonly registry: string | null
  /** Whether it was told to register. */
  readonly applied: boolean
  /** The check that came first; nothing is planned unless it passed. */
  readonly check: Report
  readonly steps: readonly RegistrationStep[]
  readonly problems: readonly SchemasProblem[]
  readonly exitCode: number
}

/** The registration as JSON. */
export function formatRegistrationJson(registration: Registration): string {
  const { registry, applied, check, steps, exitCode } = registration
  const problems = registration.problems.map(
    ({ code, file = null, line = null, column = null, message, fix }): ReportProblem => ({
      code,
      file,
      line,
      column,
      message,
      fix,
    }),
  )
  const plan = steps.map(({ subject, schema, action, status, version, id, latest, references }) => ({
    subject,
    file: schema.file,
    action,
    status,
    version: version ?? null,
    id: id ?? null,
    latest: latest ?? null,
    references: references.map((reference) => ({ ...reference, version: reference.version ?? null })),
  }))
  const summary = { ...countSteps(steps), problems: problems.length, exitCode }
  const all = { version: 1, tool: 'headwater', registry, applied, summary, plan, problems, check }
  return `${JSON.stringify(all, null, 2)}\n`
}

/** The registration for people. */
export function formatRegistrationHuman(registration: Registration): string {
  const { registry, applied, check, steps, problems } = registration
  if (check.summary.exitCode !== 0)
    return `${formatHuman(check)}\nNothing was registered: the check did not pass.\n`
  const lines = steps.map((step) => `  ${marks[step.status]} ${onOneLine(toLine(step))}\n`)
  return [
    `registry ${registry}\n\n`,
    ...lines,
    lines.length > 0 ? '\n' : '',
    problems.length > 0 ? `${formatProblems(problems)}\n` : '',
    `${summarise(steps, applied)}\n`,
  ].join('')
}

const marks: Readonly<Record<RegistrationStep['status'], string>> = {
  unchanged: '=',
  planned: '+',
  registered: '+',
  failed: '!',
  'not-registered': '-',
}

function toLine({ subject, schema, action, status, version, latest, references }: RegistrationStep): string {
  const uses = references.map(
    (reference) => `${reference.subject} ${reference.version ?? '(to be registered)'}`,
  )
  const what =
    status === 'unchanged'
      ? `unchanged (version ${version}${version === latest ? '' : `; the latest is ${latest}`})`
      : status === 'registered'
        ? `registered as version ${version}`
        : status === 'failed'
          ? 'failed'
          : status === 'not-registered'
            ? 'not registered'
            : action === 'new'
              ? 'new'
              : `new version after ${latest}`
  return [subject, schema.file, what, ...(uses.length === 0 ? [] : [`refers to ${uses.join(', ')}`])].join(
    '   ',
  )
}

function summarise(steps: readonly RegistrationStep[], applied: boolean): string {
  const { new: fresh, newVersions, unchanged, registered, failed, notRegistered } = countSteps(steps)
  if (fresh + newVersions === 0) return `Nothing to do: all ${unchanged} are registered.`
  if (!applied) {
    return `${fresh} new, ${newVersions} with a new version, ${unchanged} unchanged. Nothing was registered: that takes --apply.`
  }
  const rest =
    failed + notRegistered === 0 ? '' : `, ${failed} failed, ${notRegistered} not registered after that`
  return `${registered} registered, ${unchanged} unchanged${rest}.`
}

function countSteps(steps: readonly RegistrationStep[]): Readonly<Record<string, number>> & {
  readonly new: number
  readonly newVersions: number
  readonly unchanged: number
  readonly registered: number
  readonly failed: number
  readonly notRegistered: number
} {
  const count = (isCounted: (step: RegistrationStep) => boolean): number => steps.filter(isCounted).length
  return {
    new: count(({ action }) => action === 'new'),
    newVersions: count(({ action }) => action === 'version'),
    unchanged: count(({ action }) => action === 'unchanged'),
    registered: count(({ status }) => status === 'registered'),
    failed: count(({ status }) => status === 'failed'),
    notRegistered: count(({ status }) => status === 'not-registered'),
  }
}
