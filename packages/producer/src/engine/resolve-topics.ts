import { deadLetterTuning } from '../dead-letter/resolve-dead-letters.ts'
import type { TopicPolicy } from '../topic-policy.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { isTopicName, topicNameRule } from './topic-name.ts'

/** All that a topic may have of its own. */
const policyNames: Readonly<Record<keyof TopicPolicy, true>> = {
  compressionType: true,
  lingerMs: true,
  batchSize: true,
  deliveryTimeoutMs: true,
  partitioner: true,
  onRejected: true,
  onUnavailable: true,
}

/** Policies of the producer that a topic can switch off. */
const switches: ReadonlySet<string> = new Set<keyof TopicPolicy>(['onRejected', 'onUnavailable'])

/** The options that hold for a topic. */
export function optionsOfTopic(options: ResolvedOptions, topic: string): ResolvedOptions {
  return options.topics.get(topic) ?? options
}

/** Milliseconds after which no record of any topic is under way any more, nor its dead letter. */
export function longestDeliveryMs(options: ResolvedOptions): number {
  const all = [options, ...options.topics.values()]
  const letters = all.some(({ onRejected }) => onRejected !== undefined)
  const lettersMs = letters ? deadLetterTuning(options, options.onRejected?.limits).deliveryTimeoutMs! : 0
  return Math.max(...all.map(({ deliveryTimeoutMs }) => deliveryTimeoutMs)) + lettersMs
}

/**
 * Puts every topic's policy over the producer's options.
 *
 * @param problemsOf - what is wrong with a set of options
 * @returns the options by topic, and what is wrong with the policies
 */
export function resolveTopics(
  given: unknown,
  producer: ResolvedOptions,
  problemsOf: (options: ResolvedOptions) => readonly string[],
): { readonly topics: ReadonlyMap<string, ResolvedOptions>; readonly problems: readonly string[] } {
  // A map: topics may be called `constructor` or `__proto__`.
  const topics = new Map<string, ResolvedOptions>()
  if (given === undefined) return { topics, problems: [] }
  if (!isPlainObject(given))
    return { topics, problems: ['topics must be a plain object of policies by topic'] }
  const everywhere = new Set(problemsOf(producer))
  const problems: string[] = []
  for (const [name, policy] of Object.entries(given)) {
    const wrong = (problem: string): unknown => problems.push(`topics[${JSON.stringify(name)}]: ${problem}`)
    if (!isTopicName(name)) wrong(`no topic can be called that: a name is ${topicNameRule}`)
    if (!isPlainObject(policy)) {
      wrong('a policy must be an object')
      continue
    }
    const own = Object.entries(policy).filter(([, value]) => value !== undefined)
    for (const [option] of own) {
      if (!Object.hasOwn(policyNames, option)) wrong(`${option} is not an option of a topic`)
    }
    if ((policy['onUnavailable'] ?? false) !== false)
      wrong('onUnavailable can only be false: there is one spool')
    const merged: ResolvedOptions = { ...producer, ...policyOf(own) }
    if (merged.onRejected !== producer.onRejected && merged.onRejected?.limits !== undefined)
      wrong('onRejected.limits are those of the producer, for all topics')
    for (const problem of problemsOf(merged)) if (!everywhere.has(problem)) wrong(problem)
    topics.set(name, merged)
  }
  return { topics, problems }
}

/** `false` switches a policy of the producer off. */
function policyOf(own: readonly (readonly [name: string, value: unknown])[]): Partial<ResolvedOptions> {
  const off = (name: string, value: unknown): boolean => switches.has(name) && value === false
  return Object.fromEntries(own.map(([name, value]) => [name, off(name, value) ? undefined : value]))
}

/** A prototype that somebody set on the way (a topic written as `__proto__: {}`) would be lost in silence. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
