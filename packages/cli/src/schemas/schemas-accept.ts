import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import type { ProgramContext } from '../program-context.ts'
import { appendAccepted } from './append-accepted.ts'
import { checkSchemas } from './check-schemas.ts'
import { addComparisonOptions, toCheckOptions, type ComparisonOptions } from './comparison-options.ts'
import { endWithExitCode } from './end-with-exit-code.ts'
import { findByFingerprint } from './find-by-fingerprint.ts'
import { loadSchemasConfig } from './schemas-config.ts'
import { placelessProblem, SchemasProblemError } from './schemas-problem.ts'

interface AcceptOptions extends ComparisonOptions {
  readonly reason: string
  readonly expires?: string
  readonly author?: string
}

/** Adds `schemas accept`: a break that is wanted, with its reason, in the file that reviewers see. */
export function addSchemasAccept(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('accept')
    .description('Accept a finding by its fingerprint, with a reason and perhaps a last day.')
    .argument('<fingerprint>', 'of the finding, as check prints it')
    .requiredOption('--reason <text>', 'why it may break', toReason)
    .option('--expires <day>', 'last day on which it counts, YYYY-MM-DD, in UTC', toDay)
    .option('--author <name>', 'who accepts it; git says who committed the file anyway')
  addComparisonOptions(command).action((fingerprint: string, options: AcceptOptions) =>
    endWithExitCode(context, () => runAccept(fingerprint, options, context)),
  )
}

async function runAccept(
  fingerprint: string,
  { reason, expires, author, ...options }: AcceptOptions,
  context: ProgramContext,
): Promise<void> {
  const check = toCheckOptions([], options, context)
  const { root, today } = check
  if (expires !== undefined && expires < today) {
    const message = `--expires ${expires} is over`
    throw new SchemasProblemError(placelessProblem('config-invalid', message, 'give a day that is to come'))
  }
  const { finding, results } = findByFingerprint(await checkSchemas(check), fingerprint)
  const file = options.acceptedFile ?? loadSchemasConfig(root, options.config).accepted
  const entry = {
    fingerprint,
    reason,
    ...(author !== undefined && { author }),
    ...(expires !== undefined && { expires }),
  }
  appendAccepted(root, file, entry, today)
  const what = [finding.ruleId, finding.path].filter((part) => part !== '').join(' ')
  const until = expires === undefined ? '' : ` until ${expires}`
  context.out(`accepted ${fingerprint}${until}: ${what} of ${results[0]!.subject}, in ${file}; commit it\n`)
}

function toReason(text: string): string {
  if (text.trim() !== '') return text.trim()
  throw new InvalidArgumentError('Say why the break is accepted.')
}

function toDay(text: string): string {
  if (z.iso.date().safeParse(text).success) return text
  throw new InvalidArgumentError('Write a day as YYYY-MM-DD.')
}
