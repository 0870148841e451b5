import { Argument, type Command } from 'commander'
import type { ProgramContext } from '../program-context.ts'
import { checkSchemas } from './check-schemas.ts'
import { addComparisonOptions, toCheckOptions, type ComparisonOptions } from './comparison-options.ts'
import { endWithExitCode } from './end-with-exit-code.ts'
import { explainRule } from './explain-rule.ts'
import { findByFingerprint } from './find-by-fingerprint.ts'
import { formatFindings } from './format-findings.ts'
import { nearestName } from './nearest-name.ts'
import { ruleCatalogue, type ExplainedRuleId } from './rule-catalogue.ts'
import { placelessProblem, SchemasProblemError } from './schemas-problem.ts'

/** Adds `schemas explain`: the long text of a rule, or of a finding by its fingerprint. */
export function addSchemasExplain(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('explain')
    .description('Explain a rule, or a finding by its fingerprint; without either, list the rules.')
    .addArgument(new Argument('[rule]', 'id of a rule, or fingerprint of a finding'))
  addComparisonOptions(command).action((name: string | undefined, options: ComparisonOptions) =>
    endWithExitCode(context, async () => {
      if (name === undefined) context.out(listRules())
      else if (isExplained(name)) context.out(explainRule(name))
      else if (/^[0-9a-f]{12}$/.test(name)) context.out(await explainFinding(name, options, context))
      else throw unknownRule(name)
    }),
  )
}

const explained = Object.keys(ruleCatalogue) as readonly ExplainedRuleId[]

function isExplained(name: string): name is ExplainedRuleId {
  return Object.hasOwn(ruleCatalogue, name)
}

function listRules(): string {
  const width = Math.max(...explained.map((id) => id.length))
  return explained.map((id) => `${id.padEnd(width)}  ${ruleCatalogue[id].title}\n`).join('')
}

function unknownRule(name: string): SchemasProblemError {
  const meant = nearestName(name, explained)
  const fix = meant === undefined ? 'headwater schemas explain lists the rules' : `did you mean ${meant}?`
  const message = `${name} is neither a rule nor the fingerprint of a finding`
  return new SchemasProblemError(placelessProblem('config-invalid', message, fix))
}

async function explainFinding(
  fingerprint: string,
  options: ComparisonOptions,
  context: ProgramContext,
): Promise<string> {
  const report = await checkSchemas(toCheckOptions([], options, context))
  const { finding, results } = findByFingerprint(report, fingerprint)
  const head = results.map((result) => formatFindings(report, result)).join('\n\n')
  return `${head}\n\n${explainRule(finding.ruleId)}`
}
