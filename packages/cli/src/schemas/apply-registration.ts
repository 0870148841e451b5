import type { Registry } from '@headwater/schemas'
import { toRegistryProblem } from './connect-registry.ts'
import { toReferences, type PlannedRegistration } from './plan-registration.ts'
import type { SchemasProblem } from './schemas-problem.ts'

/** What became of a plan. */
export interface AppliedRegistration {
  /** In the order of the plan; what was registered has its version and id. */
  readonly steps: readonly RegistrationStep[]
  /** What stopped it. */
  readonly problems: readonly SchemasProblem[]
}

/** What became of one subject. */
export interface RegistrationStep extends PlannedRegistration {
  /**
   * `planned`: to be done. `failed`: refused, or not known to be done. `not-registered`: its turn did not come.
   */
  readonly status: 'unchanged' | 'planned' | 'registered' | 'failed' | 'not-registered'
}

/** A plan as it is before anything is done. */
export function toSteps(plan: readonly PlannedRegistration[]): readonly RegistrationStep[] {
  return plan.map((step) => ({ ...step, status: step.action === 'unchanged' ? 'unchanged' : 'planned' }))
}

/**
 * Registers what a plan says, in its order, and stops at the first failure, since what follows may refer to what
 * failed. Nothing is taken back: a version that is registered may have readers already.
 */
export async function applyRegistration(
  registry: Registry,
  plan: readonly PlannedRegistration[],
): Promise<AppliedRegistration> {
  const done = new Map<string, RegistrationStep>()
  const problems: SchemasProblem[] = []
  for (const step of toSteps(plan)) {
    const references = step.references.map((reference) => ({
      ...reference,
      version: done.get(reference.subject)?.version,
    }))
    const known = { ...step, references }
    if (step.action === 'unchanged') done.set(step.subject, step)
    else if (problems.length > 0) done.set(step.subject, { ...known, status: 'not-registered' })
    else {
      try {
        done.set(step.subject, { ...known, ...(await register(registry, known)), status: 'registered' })
      } catch (thrown) {
        problems.push(...problemsOf(thrown, step))
        done.set(step.subject, { ...known, status: 'failed' })
      }
    }
  }
  return { steps: [...done.values()], problems }
}

async function register(
  registry: Registry,
  { subject, schema, references }: PlannedRegistration,
): Promise<{ readonly version: number; readonly id: number }> {
  const input = { schema: schema.parsed.text, references: toReferences(references) }
  const id = await registry.register(subject, input)
  // Registering tells the id alone, and those who refer to this need the version.
  const version = (await registry.find(subject, input))?.version ?? (await registry.latest(subject)).version
  return { version, id }
}

function problemsOf(thrown: unknown, { subject, schema }: PlannedRegistration): readonly SchemasProblem[] {
  const again = 'run the command again: what is registered already stays as it is'
  return toRegistryProblem(thrown).problems.map((problem) => ({
    ...problem,
    file: schema.file,
    message: `${subject} was not registered, as far as is known: ${problem.message}`,
    fix: problem.code === 'registry-unreachable' ? `${problem.fix}; ${again}` : problem.fix,
  }))
}
