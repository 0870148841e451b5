import type { ConfigSource } from '@headwater/config'
import { applyRegistration, toSteps } from './apply-registration.ts'
import type { BaselineOptions } from './baseline-options.ts'
import { checkSchemas, toFailedReport } from './check-schemas.ts'
import { connectRegistry } from './connect-registry.ts'
import { toPattern } from './find-schema-files.ts'
import type { Registration } from './format-registration.ts'
import { loadAskedTree } from './load-asked-tree.ts'
import { planRegistration } from './plan-registration.ts'
import { loadSchemasConfig } from './schemas-config.ts'
import { worstExitCode } from './schemas-exit-code.ts'
import { placelessProblem, problemKinds, SchemasProblemError } from './schemas-problem.ts'
import { createSubjectRules } from './subject-rules.ts'

/** What `headwater schemas register` is told. */
export interface RegisterSchemasOptions extends Pick<BaselineOptions, 'timeout' | 'registryAuthEnv'> {
  /** The working directory. */
  readonly root: string
  readonly env: ConfigSource
  /** Files, folders and patterns; what they refer to is registered, too. Default: the configuration's. */
  readonly patterns: readonly string[]
  readonly configFile: string | undefined
  /** Address of the registry. Default: the configuration's. */
  readonly registry?: string | undefined
  readonly apply: boolean
  readonly acceptedFile?: string | undefined
  /** Today in UTC, `YYYY-MM-DD`: the day that acceptances are held to. */
  readonly today: string
}

/** A registration that could not begin, for programs that read what came of it. */
export function toFailedRegistration({ problems }: SchemasProblemError, applied: boolean): Registration {
  const check = toFailedReport(problems)
  return { registry: null, applied, check, steps: [], problems: [], exitCode: check.summary.exitCode }
}

/**
 * Checks the working tree against a registry, finds out what that lacks, and registers it when told to. Levels are read
 * and never set.
 *
 * @throws SchemasProblemError when it cannot begin: no address, a configuration with mistakes, a registry that cannot be
 * asked.
 */
export async function registerSchemas(options: RegisterSchemasOptions): Promise<Registration> {
  const { root, env, patterns: given, configFile, apply } = options
  const config = loadSchemasConfig(root, configFile)
  const url = options.registry ?? config.registryUrl(env)
  if (url === undefined) {
    const fix = 'say --registry <url>, or write registry.url into headwater.schemas.yaml'
    throw new SchemasProblemError(
      placelessProblem('config-invalid', 'there is no address of a registry', fix),
    )
  }
  const registry = connectRegistry({ ...options, url })
  const check = await checkSchemas({
    ...options,
    against: [`registry:${url}`],
    mergeBase: true,
    mode: undefined,
    acceptedFile: options.acceptedFile,
    allFiles: false,
    failOn: 'break',
  })
  const common = { registry: registry.url, applied: apply, check }
  const { exitCode } = check.summary
  if (exitCode !== 0) return { ...common, steps: [], problems: [], exitCode }
  const configured = config.schemas.map((pattern) => toPattern(root, pattern))
  const asked = given.map((pattern) => toPattern(root, pattern))
  const { snapshot } = loadAskedTree(root, asked, configured)
  const plan = await planRegistration(registry, snapshot, createSubjectRules(config).subjectsOf)
  const { steps, problems } = apply
    ? await applyRegistration(registry, plan)
    : { steps: toSteps(plan), problems: [] }
  const codes = problems.map(({ code }) => problemKinds[code])
  return { ...common, steps, problems, exitCode: worstExitCode(codes) }
}
