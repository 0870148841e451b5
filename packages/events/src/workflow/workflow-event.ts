import { EventError } from '../event-error.ts'
import { toJsonText } from '../json-text.ts'

/** What can happen to a run; the schema's symbols, save for the one that stands for those to come. */
const workflowEventTypes = ['WORKFLOW_TRIGGERED', 'WORKFLOW_COMPLETED'] as const

/** What happened to a run. */
export type WorkflowEventType = (typeof workflowEventTypes)[number]

/** What kind of program publishes: `SERVICE` answers requests, `JOB` ends by itself. */
const workflowEventSources = ['AIRFLOW', 'FASTAPI', 'SERVICE', 'JOB'] as const

/** The kind of program that publishes. */
export type WorkflowEventSource = (typeof workflowEventSources)[number]

/** Something that happened to one run of a workflow. */
export interface WorkflowEvent {
  readonly eventType: WorkflowEventType
  readonly source: WorkflowEventSource
  /** 1 to 250 letters, digits, `.`, `_`, `-`: what Airflow allows for the id of a DAG. */
  readonly workflowId: string
  /** 1 to 250 characters without control characters; unique within the workflow. */
  readonly workflowRunId: string
  /** What the workflow says about it: anything that JSON can say. Default: `{}`. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
  /** Where it runs, such as `prod`. Default: the publisher's. */
  readonly environment?: string | undefined
  /**
   * Also `message_id`. Give the same one when the same event is published again, by a job that is run again for
   * example. Default: a new UUIDv7.
   */
  readonly eventId?: string | undefined
  /** When it happened. Default: now. */
  readonly timestamp?: number | Date | undefined
}

/** The event as `workflow-event.avsc` has it. */
export interface WorkflowEventRecord {
  readonly event_id: string
  readonly event_type: WorkflowEventType
  readonly source: WorkflowEventSource
  readonly workflow_id: string
  readonly workflow_run_id: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly payload: { readonly data: string }
  readonly metadata: { readonly environment: string | null }
}

/** What the publisher decides where the event says nothing. */
export interface WorkflowEventDefaults {
  readonly eventId: string
  readonly environment: string
  readonly timestampMs: number
}

/**
 * The event as it is written.
 *
 * @throws EventError `INVALID_WORKFLOW_EVENT`; SchemaValidationError for data that is no JSON.
 */
export function toWorkflowEventRecord(
  event: WorkflowEvent,
  { eventId, environment, timestampMs }: WorkflowEventDefaults,
): WorkflowEventRecord {
  const { eventType, source, workflowId, workflowRunId, data = {} } = event
  assertMember('eventType', eventType, workflowEventTypes)
  assertMember('source', source, workflowEventSources)
  assertWorkflowId(workflowId)
  assertText('workflowRunId', workflowRunId)
  const place = event.environment ?? environment
  assertText('environment', place)
  return {
    event_id: eventId,
    event_type: eventType,
    source,
    workflow_id: workflowId,
    workflow_run_id: workflowRunId,
    timestamp: timestampMs,
    payload: { data: toJsonText('workflow event data', data) },
    metadata: { environment: place },
  }
}

/**
 * All events of one run have the same key, so that nobody sees a run completed before it was triggered. Run ids repeat
 * between workflows (Airflow makes them of the schedule's time), so the workflow is part of it; it cannot hold a `/`.
 */
export function workflowEventKey(event: {
  readonly workflow_id: string
  readonly workflow_run_id: string
}): string {
  return `${event.workflow_id}/${event.workflow_run_id}`
}

/** @throws EventError `INVALID_WORKFLOW_EVENT` */
function assertWorkflowId(workflowId: string): void {
  if (typeof workflowId === 'string' && /^[\p{L}\p{N}._-]{1,250}$/u.test(workflowId)) return
  throw invalid('workflowId is not 1 to 250 letters, digits, dots, underscores and hyphens')
}

function assertText(name: string, value: string): void {
  if (typeof value === 'string' && /^[^\p{Cc}]{1,250}$/u.test(value)) return
  throw invalid(`${name} is not 1 to 250 characters without control characters`)
}

function assertMember(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) throw invalid(`${name} is none of ${allowed.join(', ')}`)
}

function invalid(problem: string): EventError {
  return new EventError('INVALID_WORKFLOW_EVENT', `the workflow event cannot be published: ${problem}`)
}
