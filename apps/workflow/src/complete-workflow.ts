import { isHeadwaterError, toError, type Logger } from '@headwater/base'
import type { Config } from '@headwater/config'
import { createLogger } from './create-logger.ts'
import { describeResult } from './describe-result.ts'
import { exitCodes } from './exit-codes.ts'
import { openWorkflows, type Workflows } from './open-workflows.ts'

/** What the job publishes, and for how long it tries. */
export interface CompleteWorkflowOptions {
  readonly workflowId: string
  readonly workflowRunId: string
  readonly data: Readonly<Record<string, unknown>>
  /** Milliseconds for all of it: schema registry, publishing and closing. */
  readonly timeoutMs: number
  /** Takes the line that says how it ended. */
  readonly write: (line: string) => void
  /** Asked once there is something to give up: from then on a signal ends the job in order, before it just ends it. */
  readonly untilStopped: () => AbortSignal
  readonly logger?: Logger | undefined
}

/**
 * The short-lived job: publishes that a run is complete, waits for what becomes of it, closes, and says it by its exit
 * code. The event's id is made of workflow and run, so running the job again publishes the same event again.
 */
export async function completeWorkflow(config: Config, options: CompleteWorkflowOptions): Promise<number> {
  const { timeoutMs, write, logger = createLogger(config) } = options
  const deadlineMs = performance.now() + timeoutMs
  // Closing cuts what is left of a record that nobody has answered.
  const closeMs = Math.min(1000, timeoutMs / 10)
  const leftMs = () => Math.max(1, Math.floor(deadlineMs - closeMs - performance.now()))
  let workflows: Workflows
  try {
    workflows = await openWorkflows(config, { logger, registryTimeoutMs: leftMs() })
  } catch (thrown) {
    logger.error({ err: toError(thrown) }, 'the job could not start')
    const mayPass = isHeadwaterError(thrown) && thrown.retriable
    return mayPass ? exitCodes['not-sent'] : exitCodes.invalid
  }
  const { publisher, producer } = workflows
  try {
    const result = await publisher.tryPublishEvent(toEvent(options), {
      deliveryTimeoutMs: leftMs(),
      signal: options.untilStopped(),
    })
    write(JSON.stringify(describeResult(result)))
    return exitCodes[result.status]
  } finally {
    await producer.close({ timeoutMs: closeMs })
  }
}

type JobEvent = Parameters<Workflows['publisher']['tryPublishEvent']>[0]

function toEvent({ workflowId, workflowRunId, data }: CompleteWorkflowOptions): JobEvent {
  const eventId = `${workflowId}/${workflowRunId}/completed`
  return { eventType: 'WORKFLOW_COMPLETED', source: 'JOB', workflowId, workflowRunId, data, eventId }
}
