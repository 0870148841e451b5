/**
 * A typed publisher: a catalogue of events, enriched once, sent by a producer that proves every delivery.
 *
 * @module
 */
export { defineEvents, type EventCatalogue, type EventDefinition, type PayloadOf } from './define-events.ts'
export type {
  DomainDataOf,
  DomainEvent,
  DomainEventCatalogue,
  DomainEventDefinition,
} from './domain/domain-event.ts'
export {
  createDomainPublisher,
  type DomainPublisher,
  type DomainPublisherOptions,
  type DomainPublishOptions,
} from './domain/domain-publisher.ts'
export { domainSchemas } from './domain/domain-schemas.ts'
export type { EventCodec } from './event-codec.ts'
export type { EventContext } from './event-context.ts'
export { EventError, type EventErrorCode } from './event-error.ts'
export type { EventSchema } from './event-schema.ts'
export { childLogger } from './logging/child-logger.ts'
export { limitRepeats, type LimitRepeatsOptions } from './logging/limit-repeats.ts'
export type { EventResult, PublishedEvent } from './publish-logged.ts'
export type { ProducerPort } from './producer-port.ts'
export type { Cause, PublishOptions } from './publish-options.ts'
export { createPublisher, type Publisher, type PublisherOptions, type PublishResult } from './publisher.ts'
export { schemaCodec } from './schema-codec.ts'
export { resolveStageTopics } from './stage/resolve-stage-topics.ts'
export type { StageEvent } from './stage/stage-event.ts'
export {
  StageFailureError,
  type FailedRecord,
  type StageFailure,
  type StageFailureResult,
} from './stage/stage-failure.ts'
export {
  createStagePublisher,
  type StagePublisher,
  type StagePublisherOptions,
  type StagePublishOptions,
} from './stage/stage-publisher.ts'
export { stageSchemas, type StageSchemaTopics } from './stage/stage-schemas.ts'
export type { WorkflowEvent, WorkflowEventSource, WorkflowEventType } from './workflow/workflow-event.ts'
export {
  createWorkflowPublisher,
  type WorkflowPublisher,
  type WorkflowPublisherOptions,
  type WorkflowPublishOptions,
} from './workflow/workflow-publisher.ts'
export { workflowSchemas } from './workflow/workflow-schemas.ts'
