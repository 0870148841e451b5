import { topicName } from './value-kinds.ts'
import type { Variable, VariableTable } from './variable.ts'

/** Topic names: nothing below the configuration knows one by heart. */
export interface TopicSettings extends NamedTopics {
  /** Topics of the stages, by stage: `KAFKA_TOPIC_STAGE_OCR_TEXT_COMPLETE` is `stages['ocr-text']`. */
  readonly stages: Readonly<Record<string, string>>
}

/** The topics that have a variable of their own. */
export interface NamedTopics {
  readonly rawMessages: string
  readonly deadLetters: string
  readonly domainEvents: string
  readonly workflowEvents: string
  readonly errors?: string
  readonly stageComplete?: string
}

export const topicVariables: VariableTable<NamedTopics> = {
  rawMessages: {
    name: 'KAFKA_TOPIC_RAW_MESSAGES',
    kind: topicName,
    default: 'ingestion.raw.messages',
    meaning: 'Topic of all inbound messages.',
  },
  deadLetters: {
    name: 'KAFKA_TOPIC_DLQ',
    kind: topicName,
    default: 'ingestion.dlq.messages',
    meaning: 'Topic of what could not be read or delivered.',
  },
  domainEvents: {
    name: 'KAFKA_TOPIC_DOMAIN_EVENTS',
    kind: topicName,
    default: 'domain-events',
    meaning: 'Topic of domain events.',
  },
  workflowEvents: {
    name: 'KAFKA_TOPIC_WORKFLOW_EVENTS',
    kind: topicName,
    default: 'workflow.events',
    meaning: 'Topic of workflow events.',
  },
  errors: {
    name: 'KAFKA_TOPIC_ERRORS',
    kind: topicName,
    meaning: 'Topic of the errors of processing stages.',
  },
  stageComplete: {
    name: 'KAFKA_TOPIC_STAGE_COMPLETE',
    kind: topicName,
    meaning: 'Topic of a service that has one processing stage.',
  },
}

/** The family of variables with the stage's name inside. */
export const stageVariable: Variable<string> = {
  name: 'KAFKA_TOPIC_STAGE_<NAME>_COMPLETE',
  kind: topicName,
  meaning:
    'Topic of the stage NAME of a service that has several; the setting is NAME in lower case, `_` as `-`.',
}

/** The stage inside a variable's name, as the settings call it. */
export function stageOf(variable: string): string | undefined {
  const name = /^KAFKA_TOPIC_STAGE_([A-Z0-9_]+)_COMPLETE$/.exec(variable)?.[1]
  return name?.toLowerCase().replaceAll('_', '-')
}
