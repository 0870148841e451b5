import type { Clock, Logger } from '@headwater/base'
import type { Header } from '@headwater/producer'
import { v7 as uuidv7 } from 'uuid'
import { EventError } from './event-error.ts'
import type { EventContext } from './event-context.ts'
import { eventTimeMs } from './event-time.ts'
import type { PublishOptions } from './publish-options.ts'
import { tenantHeader, type TenantRule } from './tenant/tenant-header.ts'
import { textHeader, toHeaderPairs } from './text-headers.ts'
import { isBaggage, isTraceParent, isTraceState } from './trace-context.ts'

/** What an event is called and when it was, decided once: a retry sends the same bytes again. */
export interface Enrichment {
  readonly messageId: string
  readonly correlationId: string
  /** Milliseconds since the epoch at which the event happened. */
  readonly timeMs: number
  /** ISO 8601 in UTC: when it was published. */
  readonly producedAt: string
  /** The caller's headers without those that {@link protectedHeaders} names. */
  readonly callerHeaders: readonly Header[]
  /** Headers that hold for any event: identity of the conversation, trace, tenant. */
  readonly contextHeaders: readonly Header[]
}

/** The publisher alone writes these: they say what the record is, and two of them must agree with each other. */
const protectedHeaders: ReadonlySet<string> = new Set([
  'ce_specversion',
  'ce_id',
  'ce_source',
  'ce_type',
  'ce_time',
  'message_id',
  'content-type',
])

/** Names that are carried over only after a check, so they never pass as "just a header of the caller". */
const checkedHeaders: ReadonlySet<string> = new Set([
  'correlation_id',
  'tenant-id',
  'traceparent',
  'tracestate',
  'baggage',
])

/** What enriching needs of its publisher. */
export interface EnrichmentSources {
  readonly clock: Clock
  readonly logger: Logger
  readonly context: () => EventContext | undefined
  readonly tenants: TenantRule
}

/** Decides id, times, conversation, trace and tenant of one event. */
export function enrich(options: PublishOptions, sources: EnrichmentSources): Enrichment {
  const given = toHeaderPairs(options.headers)
  const context = sources.context() ?? {}
  const nowMs = sources.clock.now()
  const messageId = options.messageId ?? uuidv7({ msecs: nowMs })
  assertIdentifier('messageId', messageId)
  const correlationId = correlationOf(options, given, context, sources.logger) ?? messageId
  for (const [name] of given) {
    if (protectedHeaders.has(name)) {
      sources.logger.debug({ header: name }, 'header of the caller ignored: the publisher writes it')
    }
  }
  return {
    messageId,
    correlationId,
    timeMs: eventTimeMs(options.time, nowMs),
    producedAt: new Date(nowMs).toISOString(),
    callerHeaders: given.filter(([name]) => !protectedHeaders.has(name) && !checkedHeaders.has(name)),
    contextHeaders: [
      ['correlation_id', correlationId],
      ...causation(options),
      ...trace(given, context, sources.logger),
      ...tenantHeader(options.tenantId, given, sources.tenants),
    ],
  }
}

const identifier = /^[^\p{Cc}]{1,512}$/u

function assertIdentifier(option: string, value: string): void {
  if (identifier.test(value)) return
  throw new EventError(
    'INVALID_EVENT_OPTION',
    `${option} is not 1 to 512 characters without control characters`,
  )
}

function correlationOf(
  options: PublishOptions,
  given: readonly Header[],
  context: EventContext,
  logger: Logger,
): string | undefined {
  const chosen = options.correlationId ?? options.causation?.correlationId
  if (chosen !== undefined) {
    assertIdentifier('correlationId', chosen)
    return chosen
  }
  // What travels in from elsewhere must not be able to stop an event.
  const carried = [textHeader(given, 'correlation_id'), context.correlationId]
  return carried.find((each) => {
    if (each === undefined || identifier.test(each)) return each !== undefined
    logger.debug({ header: 'correlation_id' }, 'correlation id ignored: not an identifier')
    return false
  })
}

function causation({ causation: cause }: PublishOptions): readonly Header[] {
  if (cause === undefined) return []
  assertIdentifier('causation.messageId', cause.messageId)
  return [['causation_id', cause.messageId]]
}

/** The caller's headers first, then the context; `tracestate` only travels with the `traceparent` beside it. */
function trace(given: readonly Header[], context: EventContext, logger: Logger): readonly Header[] {
  const accept = (
    name: string,
    value: string | undefined,
    holds: (text: string) => boolean,
  ): Header | undefined => {
    if (value === undefined) return undefined
    if (holds(value)) return [name, value]
    logger.debug({ header: name }, 'trace header ignored: not in the W3C format')
    return undefined
  }
  const own = accept('traceparent', textHeader(given, 'traceparent'), isTraceParent)
  const parent = own ?? accept('traceparent', context.traceparent, isTraceParent)
  const stateBeside = own === undefined ? context.tracestate : textHeader(given, 'tracestate')
  const state = parent === undefined ? undefined : accept('tracestate', stateBeside, isTraceState)
  const baggage =
    accept('baggage', textHeader(given, 'baggage'), isBaggage) ??
    accept('baggage', context.baggage, isBaggage)
  return [parent, state, baggage].filter((each) => each !== undefined)
}
