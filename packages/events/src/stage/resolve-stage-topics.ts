import { EventError } from '../event-error.ts'

/**
 * The topics of the stages that a program publishes, from those that its configuration names
 * (`config.topics.stages` of `@headwater/config`). From then on a stage that is not among them does not compile.
 *
 * @throws EventError `UNKNOWN_STAGE` with all that are missing.
 */
export function resolveStageTopics<const Stage extends string>(
  stages: readonly Stage[],
  configured: Readonly<Record<string, string>>,
): Readonly<Record<Stage, string>> {
  const missing = stages.filter((each) => !Object.hasOwn(configured, each))
  if (missing.length > 0) {
    const variables = missing.map(
      (each) => `KAFKA_TOPIC_STAGE_${each.toUpperCase().replaceAll('-', '_')}_COMPLETE`,
    )
    throw new EventError(
      'UNKNOWN_STAGE',
      `no topic is configured for ${missing.join(', ')}: set ${variables.join(', ')}`,
    )
  }
  const entries = stages.map((each) => [each, configured[each]] as const)
  return Object.freeze(Object.fromEntries(entries)) as Readonly<Record<Stage, string>>
}
