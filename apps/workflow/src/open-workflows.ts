import { HeadwaterError, type Logger } from '@headwater/base'
import type { Config } from '@headwater/config'
import {
  childLogger,
  createWorkflowPublisher,
  workflowSchemas,
  type WorkflowPublisher,
} from '@headwater/events'
import { codecMetrics, prometheusMetrics, registryMetrics, type AnyRegistry } from '@headwater/metrics'
import { createProducer, type Producer } from '@headwater/producer'
import { createAvroCodec, createRegistry } from '@headwater/schemas'

/** A publisher and the one producer behind it, which whoever opened them closes. */
export interface Workflows {
  readonly producer: Producer
  readonly publisher: WorkflowPublisher
}

/** What service and job differ in. */
export interface OpenWorkflowsOptions {
  readonly logger: Logger
  /** Milliseconds to wait for the schema registry. */
  readonly registryTimeoutMs: number
  /** Where the metrics go. Default: nothing is measured; a job is gone before anybody reads them. */
  readonly metrics?: AnyRegistry | undefined
}

/**
 * Opens what service and job publish with. The schema is looked up first, so that no event waits for the registry
 * later; brokers are not waited for.
 *
 * @throws HeadwaterError `NO_REGISTRY`; the registry's own error. Nothing is left open then.
 */
export async function openWorkflows(
  { connection, producer: tuning, registry, service, topics }: Config,
  { logger, registryTimeoutMs, metrics }: OpenWorkflowsOptions,
): Promise<Workflows> {
  const { url, username, password } = registry
  if (url === undefined) {
    throw new HeadwaterError(
      'NO_REGISTRY',
      'SCHEMA_REGISTRY_URL is not set: workflow events are Avro and need it',
    )
  }
  const part = (component: string): Logger => childLogger(logger, { component })
  const auth = username !== undefined && password !== undefined ? { username, password } : undefined
  const clientId = connection.clientId ?? service.name
  const measured = metrics && prometheusMetrics(metrics, { clientId })
  const codec = await createAvroCodec({
    registry: createRegistry({
      url,
      logger: part('registry'),
      timeoutMs: registryTimeoutMs,
      ...(auth && { auth }),
      ...(metrics && { hooks: registryMetrics(metrics) }),
    }),
    topics: workflowSchemas(topics.workflowEvents),
    ...(metrics && { hooks: codecMetrics(metrics) }),
  })
  const producer = createProducer({
    connection,
    ...tuning,
    logger: part('producer'),
    ...(measured && { hooks: measured.hooks }),
  })
  measured?.observe(producer)
  const publisher = createWorkflowPublisher({
    producer,
    codec,
    producerId: service.name,
    environment: service.profile,
    topic: topics.workflowEvents,
    logger: part('publisher'),
  })
  return { producer, publisher }
}
