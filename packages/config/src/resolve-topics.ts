import { stageOf, stageVariable, topicVariables, type TopicSettings } from './topic-variables.ts'
import type { VariableReader } from './variable-reader.ts'

/** The topics, stages included. */
export function resolveTopics(reader: VariableReader): Partial<TopicSettings> {
  const named = reader.readGroup(topicVariables)
  const stages: Record<string, string> = {}
  for (const name of reader.namesMatching((candidate) => stageOf(candidate) !== undefined)) {
    const topic = reader.parse(stageVariable, name, reader.text(name) ?? '')
    if (topic !== undefined) stages[stageOf(name) as string] = topic
  }
  if (named.deadLetters !== undefined && named.deadLetters === named.rawMessages) {
    const fix = 'Give it a topic of its own: dead letters would be read as new messages, for ever.'
    reader.reject(topicVariables.deadLetters, `is the same topic as ${topicVariables.rawMessages.name}`, fix)
  }
  return { ...named, stages }
}
