import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { DeliveryError } from '@headwater/producer'
import type { EventResult, WorkflowPublisher } from '@headwater/events'
import { describeResult } from './describe-result.ts'

/** What the route needs. */
export interface TriggerRouteOptions {
  readonly publisher: WorkflowPublisher
  /** Milliseconds that a caller waits for Kafka before it is told to come back. */
  readonly ackTimeoutMs: number
}

interface TriggerRequest {
  readonly Params: { readonly id: string }
  readonly Body: { readonly workflow_run_id?: string; readonly data?: Record<string, unknown> } | null
}

/** Checked before the handler: what passes here is an event that can be published. */
const schema = {
  params: {
    type: 'object',
    properties: { id: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,250}$' } },
  },
  body: {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: {
      workflow_run_id: { type: 'string', pattern: '^[!-~]{1,150}$' },
      data: { type: 'object' },
    },
  },
}

/**
 * `POST /workflows/:id/trigger`: 202 once the event is in the log and never before, 503 while Kafka does not answer.
 * Sending the same `workflow_run_id` again is the same event, so a caller may repeat until it gets its 202.
 */
export function triggerRoute(
  server: FastifyInstance,
  { publisher, ackTimeoutMs }: TriggerRouteOptions,
): void {
  server.post<TriggerRequest>('/workflows/:id/trigger', { schema }, async ({ params, body }, reply) => {
    const workflowRunId = body?.workflow_run_id ?? `run_${randomUUID()}`
    const result = await publisher.tryPublishEvent(
      {
        eventType: 'WORKFLOW_TRIGGERED',
        source: 'SERVICE',
        workflowId: params.id,
        workflowRunId,
        data: body?.data,
        eventId: `${params.id}/${workflowRunId}/triggered`,
      },
      { deliveryTimeoutMs: ackTimeoutMs },
    )
    const status = statusOf(result)
    if (status === 503) void reply.header('retry-after', '5')
    return await reply.code(status).send(describeResult(result, { workflow_run_id: workflowRunId }))
  })
}

/** 503 is "the same request again may get through"; a refusal needs somebody to change something. */
function statusOf(result: EventResult): 202 | 400 | 500 | 503 {
  if (result.status === 'delivered') return 202
  if (result.status === 'invalid') return 400
  const mayPass =
    !(result.error instanceof DeliveryError) || result.status !== 'rejected' || result.error.retriable
  return mayPass ? 503 : 500
}
