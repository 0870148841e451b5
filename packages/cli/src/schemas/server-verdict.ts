import { checkEvolution, type CompatibilityMode, type ParsedSchema } from '@headwater/avro'
import { RegistryError, type CompatibilityVerdict, type Registry } from '@headwater/schemas'
import { printable, toRegistryProblem } from './connect-registry.ts'
import { selfContainedText } from './self-contained-text.ts'
import { forEachOf } from './registry-subjects.ts'
import type { ReportFinding } from './report.ts'
import type { LoadedSchema } from './schema-snapshot.ts'
import type { SchemasProblem } from './schemas-problem.ts'
import { toSetFinding } from './to-report-finding.ts'

/** A schema that the registry is asked about. */
export interface VerdictQuestion {
  readonly subject: string
  readonly schema: LoadedSchema
  /** The registry's own level, which its verdict is by. */
  readonly level: CompatibilityMode
  /** Oldest first. */
  readonly previous: readonly ParsedSchema[]
  readonly versions: readonly { readonly version: number }[]
}

/**
 * Asks the registry whether it would take each schema, and gives a finding by subject where that is not what the check
 * on this computer says under the same level. Types that a schema refers to are sent within it, since not every registry
 * takes references here.
 *
 * @param failures - takes what the registry gave no verdict on.
 * @throws SchemasProblemError when the registry cannot be asked any more.
 */
export async function askServerVerdicts(
  registry: Registry,
  questions: readonly VerdictQuestion[],
  failures: SchemasProblem[],
): Promise<ReadonlyMap<string, readonly ReportFinding[]>> {
  const findings = new Map<string, readonly ReportFinding[]>()
  await forEachOf(questions, async (question) => {
    const { subject, schema, level, previous } = question
    try {
      const text = selfContainedText(schema.parsed)
      const verdict = await registry.checkCompatibility(subject, { schema: text }, { version: 'all' })
      const local = checkEvolution({ proposed: schema.parsed, previous, mode: level })
      if (verdict.compatible !== local.compatible) findings.set(subject, [disagreement(question, verdict)])
    } catch (thrown) {
      if (!(thrown instanceof RegistryError) || thrown.retriable || !isAboutSchema(thrown)) throw thrown
      const [problem] = toRegistryProblem(thrown).problems
      failures.push({
        ...problem!,
        code: 'registry-failed',
        file: schema.file,
        message: `the registry gives no verdict on ${subject}: ${problem!.message}`,
        fix: 'leave out --server-verdict, or see what the registry says',
      })
    }
  })
  failures.sort((a, b) => ((a.file ?? '') < (b.file ?? '') ? -1 : 1))
  return findings
}

/** Only this schema has no verdict; an address that is no registry has none for any. */
function isAboutSchema({ status }: RegistryError): boolean {
  return status === 422 || status === 409 || status === 400
}

function disagreement(
  { subject, schema, level, versions }: VerdictQuestion,
  { compatible, messages }: CompatibilityVerdict,
): ReportFinding {
  const { line, column } = schema.parsed.root
  const said = messages.length === 0 ? 'it gives no reason' : printable(messages.join('; '))
  return toSetFinding({
    ruleId: 'server-verdict',
    severity: 'break',
    versions: versions.map(({ version }) => `v${version}`).toReversed(),
    location: { file: schema.file, line, column },
    message: compatible
      ? `The registry would take this under ${level}, although the rules of Avro forbid it.`
      : `The registry would refuse this under ${level}, although the rules of Avro allow it: ${said}`,
    fix: compatible
      ? 'look at what the check finds under the same level: consumers break all the same'
      : 'do what the registry says, or it will not register the schema',
    key: [subject, String(compatible)],
  })
}
